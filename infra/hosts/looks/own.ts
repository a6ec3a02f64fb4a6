/** What only the stack itself can have made: judged even where nobody looked before. */
import { dirname } from "node:path";
import { hostStateDir, runtimeDir } from "../../toolchain/paths.ts";
import { CALLERS } from "../sweep.ts";
import { type Look, word } from "./look.ts";

/** Processes that carry the stack's name in their environment, or its directories in their arguments. */
export const processesOf = (stack: string): Look => ({
  // the paths are put together inside, so that the look does not find its own shell
  command: `s=${stack}
${CALLERS}
for p in /proc/[0-9]*; do
  [ -e $p/exe ] || continue
  case "$own" in *" \${p#/proc/} "*) continue ;; esac
  c=$(tr '\\0\\n' '  ' <$p/cmdline 2>/dev/null) || continue
  case "$c" in
    *${dirname(runtimeDir(stack))}/$s/* | *${dirname(hostStateDir(stack))}/$s/*) ;;
    *) grep -qsaz "^GUESTBENCH_STACK=$s\\$" $p/environ || continue ;;
  esac
  echo "\${p#/proc/} $c"
done`,
  own: true,
  remedy: (line) => `kill ${word(line)}`,
});

/** Files of the stack, apart from the attestation's own records. */
export const filesOf = (stack: string): Look => ({
  command: `for d in ${runtimeDir(stack)} ${hostStateDir(stack)}; do
  [ ! -d $d ] || find $d ! -type d ! -name before.json ! -path '*/touched/*'
done
find /run -maxdepth 1 -type f -name 'guestbench-*'`,
  remedy: (line) => `rm ${line}`,
});
