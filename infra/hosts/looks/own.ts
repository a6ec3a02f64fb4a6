/** What only the stack itself can have made: judged even where nobody looked before. */
import { hostStateDir, runtimeDir } from "../../toolchain/paths.ts";
import { CALLERS } from "../sweep.ts";
import { type Look, word } from "./look.ts";

/** Processes that carry the stack's name in their environment, or its directories in their arguments. */
export const processesOf = (stack: string): Look => {
  // as a pattern that does not match itself, so that the look does not find its own
  const pattern = [runtimeDir(stack), hostStateDir(stack)].map((dir) => `-e ${dir.slice(0, -1)}[${dir.at(-1)}]/`);
  return {
    command: `${CALLERS}
for p in $(grep -lsaz ${pattern.join(" ")} /proc/[0-9]*/cmdline; grep -lsaz '^GUESTBENCH_STACK=${stack}$' /proc/[0-9]*/environ); do
  p=\${p%/*}
  [ -e $p/exe ] || continue
  case "$own" in *" \${p#/proc/} "*) continue ;; esac
  c=$(tr '\\0\\n' '  ' <$p/cmdline 2>/dev/null) && echo "\${p#/proc/} $c"
done
true`,
    own: true,
    remedy: (line) => `kill ${word(line)}`,
  };
};

/** Files of the stack, apart from the attestation's own records. */
export const filesOf = (stack: string): Look => ({
  command: `for f in /run/guestbench-*; do [ ! -f "$f" ] || echo "$f"; done
find ${runtimeDir(stack)} ${hostStateDir(stack)} ! -type d ! -name before.json ! -path '*/touched/*' 2>/dev/null
true`,
  remedy: (line) => `rm ${line}`,
});
