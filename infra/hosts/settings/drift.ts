/** Settings that a stack applied and that are not as it left them: changed by other hands, or lost with a restart. */
import { InfraError } from "../../errors.ts";
import { settings } from "./index.ts";
import { recordsDir } from "./object.ts";
import type { Setting } from "./setting.ts";
import { PRELUDE, recordOf } from "./shell.ts";

const COMPARE = `if [ -f "$record" ]; then
  while IFS=$T read -r path found applied; do
    case $path$T$applied in boot$T*) of=$found; continue ;; *$T'*' | *$T'!') continue ;; esac
    get "$path" || v=
    [ -n "$v" ] && holds "$v" "$applied" && continue
    [ "$of" = "$boot" ] && since=hands || since=restart
    printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$path" "$found" "$applied" "$since" "$v"
  done <"$record"
fi`;

/** One script that changes nothing; it prints a line for each value that is not as the stack applied it. */
export function driftScript(stack: string, of: readonly Setting[] = Object.values(settings)): string {
  const parts = of.map(
    ({ name, functions = "" }) => `(\n${recordOf(recordsDir(stack), name)}${functions}\nname=${name}\n${COMPARE}\n)`,
  );
  return [PRELUDE, ...parts, "echo end"].join("\n");
}

export interface Drift {
  setting: string;
  path: string;
  found: string;
  applied: string;
  /** Null where it is gone. */
  now: string | null;
  /** The host was restarted since, so that the next `up` applies it again. */
  restarted: boolean;
}

export function parseDrift(text: string): Drift[] {
  const lines = text.split("\n").filter(Boolean);
  if (lines.pop() !== "end") throw new InfraError("the comparison of the host's settings did not finish");
  return lines.map((line) => {
    const [setting = "", path = "", found = "", applied = "", since = "", now = ""] = line.split("\t");
    return { setting, path, found, applied, now: now || null, restarted: since === "restart" };
  });
}

/** One sentence per setting, for a report: what is different, since when, and what helps. */
export function driftReport(drifts: readonly Drift[]): string[] {
  return [...new Set(drifts.map(({ setting }) => setting))].flatMap((setting) => {
    const [first, ...more] = drifts.filter((drift) => drift.setting === setting);
    if (!first) return [];
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    const what = `${setting}: ${first.path} was set to ${first.applied} and is ${first.now ?? "gone"}${others}`;
    return first.restarted
      ? `${what}: the host was restarted; the next up applies it again`
      : `${what}: changed by other hands, left alone; destroy and up apply it again`;
  });
}
