/**
 * The shell that all settings share, for dash, busybox and bash. `$GB_ROOT` goes before every path, so that the same
 * scripts run on a recorded host. A path given to a function is without it; a part need not be a file.
 */

/** A shell word that means exactly this text. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Every file of the patterns, as words of a shell command. */
export const files = (...patterns: string[]): string => patterns.map((pattern) => `"$R"${pattern}`).join(" ");

/**
 * - `read_file PATH`, `get PATH`: `$v` becomes the value, of a choice such as `always [never]` the chosen word; fails where there is none
 * - `write PATH VALUE`, `put PATH VALUE`: silent; fails where the kernel refuses
 * - `holds NOW WANTED`: whether what is there now is what was asked for
 * - `show FILE…`: lines of a probe, marked where they are read-only; `fact FILE…`: the same for what is never changed
 * - `want VALUE FILE…`: lines of an apply, for those files that are there
 */
export const PRELUDE = `R=\${GB_ROOT:-}
T=$(printf '\\t')
read_file() {
  v=
  [ -f "$R$1" ] || return 1
  case $1 in
    # the kernel gives a number there to the first read alone, and \`read\` takes a byte at a time: 60 would be 6
    /proc/sys/*) v=$(cat "$R$1" 2>/dev/null) || return 1 ;;
    *) read -r v 2>/dev/null <"$R$1" || [ -n "$v" ] || return 1 ;;
  esac
  case $v in *\\[*\\]*) v=\${v#*\\[}; v=\${v%%\\]*} ;; esac
  [ -n "$v" ]
}
write() { { printf '%s\\n' "$2" >"$R$1"; } 2>/dev/null; }
get() { read_file "$1"; }
put() { write "$1" "$2"; }
holds() { [ "$1" = "$2" ]; }
fact() { for f in "$@"; do get "\${f#"$R"}" || continue; printf '%s\\t%s\\n' "\${f#"$R"}" "$v"; done; }
show() {
  locked=" $(find "$@" -maxdepth 0 ! -perm -200 2>/dev/null | tr '\\n' ' ')"
  for f in "$@"; do
    get "\${f#"$R"}" || continue
    mark=
    case $locked in *" $f "*) mark=\${T}read-only ;; esac
    [ -w "$f" ] || mark=\${T}read-only
    printf '%s\\t%s%s\\n' "\${f#"$R"}" "$v" "$mark"
  done
}
want() { w=$1; shift; for f in "$@"; do [ ! -e "$f" ] || printf '%s\\t%s\\n' "\${f#"$R"}" "$w"; done; }
`;

/**
 * Where the found values of a stack's setting are kept on its host. The first line says which boot they are of, and
 * whether the change was finished; the others are path, found value, applied value. Instead of an applied value, \`*\`
 * is a part that the kernel moves along with another, and \`!\` one that could not be set.
 * - \`before PATH\`: \`$v\` becomes the value first found, from the record where there is one
 * - \`save\`: the new record takes the place of the old one, as a whole, and survives a power loss
 */
export const recordOf = (directory: string, name: string): string => `dir="$R"${quote(directory)}
record="$dir"/${quote(name)}
boot=
read -r boot <"$R/proc/sys/kernel/random/boot_id" || [ -n "$boot" ]
durable() { sync "$1" 2>/dev/null || sync; }
save() { durable "$record.new"; mv "$record.new" "$record"; durable "$dir"; }
before() {
  if [ -f "$record" ]; then
    v=$(awk -F"$T" -v path="$1" '$1 == path { print $2; exit }' "$record")
    [ -z "$v" ] || return 0
  fi
  get "$1"
}
`;
