/**
 * A setting as an object on the host: applied when it is made, put back when it is removed. Before the first change the
 * found values are written to a record on the host and synced; what the making prints is that record, so that the
 * engine's state holds it, too, and a removal whose record is gone takes it from there.
 */
import { join } from "node:path";
import { hostStateDir } from "../../toolchain/paths.ts";
import type { HostObject } from "../objects.ts";
import { quote } from "../shell.ts";
import type { Setting } from "./setting.ts";
import { PRELUDE, recordOf } from "./shell.ts";

/** Directory of the records on the host. */
export const recordsDir = (stack: string): string => join(hostStateDir(stack), "settings");

/**
 * Puts the found values back, last applied first, and reads them again. A value that is neither the found nor the
 * applied one is somebody else's: it is reported and left alone, unless the change itself was cut off.
 */
const PUT_BACK = `put_back() {
  awk '{ line[NR] = $0 } END { for (i = NR; i > 1; i--) print line[i] }' "$record" | {
    IFS=$T read -r _ of phase <"$record"
    failed=0
    why="changed by other hands"
    [ "$of" = "$boot" ] || why="after a restart of the host"
    while IFS=$T read -r path found applied; do
      [ "$applied" != '!' ] || continue
      if ! get "$path"; then echo "$path is gone, and with it its value $found: nothing to put back" >&2; continue; fi
      [ "$v" != "$found" ] || continue
      if [ "$applied" != '*' ] && [ "$v" != "$applied" ] && ! { [ "$phase" = applying ] && [ "$of" = "$boot" ]; }; then
        echo "$path was set to $applied and is $v now, $why: left alone (it was found as $found)" >&2
        continue
      fi
      put "$path" "$found" </dev/null || true
      if get "$path" && [ "$v" = "$found" ]; then continue; fi
      echo "$path was found as $found and could not be put back: it is $v" >&2
      failed=1
    done
    [ $failed = 0 ]
  }
}
`;

/** Applies what `wants` prints, after recording it; a part that is right already is recorded and not written. */
const APPLY = `mkdir -p "$dir"
{
  printf 'boot\\t%s\\tapplying\\n' "$boot"
  wants | while IFS=$T read -r path wanted; do
    before "$path" || continue
    printf '%s\\t%s\\t%s\\n' "$path" "$v" "$wanted"
  done
} >"$record.new"
if [ -f "$record" ]; then
  awk -F"$T" -v OFS="$T" 'FNR == NR { seen[$1]; next } !($1 in seen) { print $1, $2, $2 }' "$record.new" "$record" >"$record.kept"
  cat "$record.kept" >>"$record.new"
  rm "$record.kept"
fi
save
printf 'boot\\t%s\\tapplied\\n' "$boot" >"$record.new"
refused=0 taken=0 first=
while IFS=$T read -r path found wanted; do
  [ "$path" != boot ] || continue
  if [ "$wanted" != '*' ]; then
    get "$path" && holds "$v" "$wanted" || put "$path" "$wanted" </dev/null || true
    if get "$path" && holds "$v" "$wanted"; then
      wanted=$v taken=$((taken + 1))
    else
      refused=$((refused + 1)) first=\${first:-"$path cannot be set to $wanted: it is $v"}
      [ "$v" = "$found" ] || put "$path" "$found" </dev/null || true
      wanted='!'
    fi
  fi
  printf '%s\\t%s\\t%s\\n' "$path" "$found" "$wanted" >>"$record.new"
done <"$record"
if [ $refused != 0 ]; then
  [ $refused = 1 ] || first="$first (and $((refused - 1)) more)"
  echo "$title: $first" >&2
  if [ $((taken * tolerant)) = 0 ] && [ $required = 1 ]; then put_back; rm "$record" "$record.new"; exit 1; fi
fi
save
cat "$record"`;

/** A host without any part of a setting: a required one fails, another one asks for nothing. */
const REQUIRE = `if [ -z "$(probe)" ]; then
  echo "this host has no $title" >&2
  [ $required = 0 ] || exit 1
  wants() { :; }
fi`;

/**
 * There while the record is of this boot, or the values hold anyway. What other hands changed is no reason to make it
 * anew, for that would overwrite it: drift.ts reports it. A part that has come since, and is not as wanted, is a reason.
 */
const EXISTS = `[ -f "$record" ] || exit 1
IFS=$T read -r _ of phase <"$record"
[ "$phase" = applied ] || exit 1
if [ "$of" != "$boot" ]; then
  while IFS=$T read -r path found applied; do
    case $path$T$applied in boot$T* | *$T'*' | *$T'!') continue ;; esac
    get "$path" && holds "$v" "$applied" || exit 1
  done <"$record"
fi
[ -n "$(probe)" ] || exit 0
wants | while IFS=$T read -r path wanted; do
  [ "$wanted" != '*' ] || continue
  get "$path" && holds "$v" "$wanted" || grep -qF "$path$T" "$record" || exit 1
done`;

/** What a removal starts with: the record, or else the one that the engine kept. */
const RECALL = `if ! head -n 1 "$record" 2>/dev/null | grep -q "^boot$T"; then
  case \${PULUMI_COMMAND_STDOUT:-} in
    boot"$T"*"$T"applied*) mkdir -p "$dir"; printf '%s\\n' "$PULUMI_COMMAND_STDOUT" >"$record" ;;
    *)
      [ -e "$record" ] || exit 0
      echo "$record cannot be read: put the setting back by hand, then remove the file" >&2
      exit 1 ;;
  esac
fi`;

/** Reads a record and prints path, value found and value now of every part; one that could not be set was not changed. */
const COMPARED = `while IFS=$T read -r path found applied; do
  case $path$T$applied in boot$T* | *$T'!') continue ;; esac
  get "$path" </dev/null || v="(gone)"
  printf '%s\\t%s\\t%s\\n' "$path" "$found" "$v"
done`;

/**
 * The object of one setting. Where it is not required, a host that refuses it is left as found, which is said on stderr;
 * a required one fails then, and leaves the host as found, too.
 */
export function settingObject(stack: string, setting: Setting, wanted: unknown, required: boolean): HostObject {
  const { name, title, functions = "", mayRefuse = false } = setting;
  const shared = `${PRELUDE}${recordOf(recordsDir(stack), name)}${functions}`;
  const looks = `probe() {\n${setting.probe}\n}\nwants() {\n:\n${setting.apply(wanted, stack)}\n}`;
  const fulfilledByAbsence = setting.lacks(wanted, { values: {}, readOnly: [] }) === null;
  return {
    kind: "setting",
    name,
    shared: true,
    recall: true,
    values: { record: join(recordsDir(stack), name), print: `${shared}\n${COMPARED}` },
    exists: [shared, looks, EXISTS].join("\n"),
    create: [
      shared,
      `title=${quote(title)} required=${Number(required)} tolerant=${Number(mayRefuse)}`,
      looks,
      PUT_BACK,
      ...(fulfilledByAbsence ? [] : [REQUIRE]),
      APPLY,
    ].join("\n"),
    remove: [
      shared,
      PUT_BACK,
      RECALL,
      "put_back || exit 1",
      'rm -f "$record" "$record.new" "$record.kept"',
      'rmdir "$dir" 2>/dev/null || true',
    ].join("\n"),
  };
}
