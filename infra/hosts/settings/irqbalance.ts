import { z } from "zod";
import { defineSetting } from "./setting.ts";

/** A service of systemd, or a process somebody started, whose command line is then kept to start it again. */
export const irqbalance = defineSetting({
  name: "irqbalance",
  title: "irqbalance",
  schema: z.enum(["stopped", "running"]).describe("the daemon that spreads interrupts over the CPUs"),
  functions: `
managed() { [ -d "$R/run/systemd/system" ] && systemctl cat irqbalance.service >/dev/null 2>&1; }
balancers() {
  for comm in "$R"/proc/[0-9]*/comm; do
    read -r name 2>/dev/null <"$comm" && [ "$name" = irqbalance ] || continue
    pid=\${comm%/comm}
    pid=\${pid##*/}
    kill -0 "$pid" 2>/dev/null && echo "$pid"
  done
}
get() {
  if managed && systemctl is-active --quiet irqbalance.service; then v=running; return 0; fi
  pid=$(balancers | head -n 1)
  v=
  # it may end while it is looked at
  [ -z "$pid" ] || v=$({ tr '\\0' ' ' <"$R/proc/$pid/cmdline" | sed 's/ *$//'; } 2>/dev/null)
  if [ -n "$v" ]; then v="running as $v"
  elif managed || command -v irqbalance >/dev/null 2>&1; then v=stopped
  else v="not installed"; fi
}
holds() {
  case $1 in
    "$2" | "$2 as "*) return 0 ;;
    "not installed") [ "$2" = stopped ] ;;
    *) return 1 ;;
  esac
}
reached() {
  tries=50
  until get irqbalance && holds "$v" "$1"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.1 2>/dev/null || sleep 1
  done
}
put() {
  case $2 in
    stopped)
      if managed; then systemctl stop irqbalance.service || return 1; fi
      for pid in $(balancers); do kill "$pid"; done
      reached stopped ;;
    "running as "*) setsid \${2#running as } >/dev/null 2>&1 & reached running ;;
    running)
      if managed; then systemctl start irqbalance.service || return 1
      else
        command -v irqbalance >/dev/null 2>&1 || return 1
        setsid irqbalance >/dev/null 2>&1 &
      fi
      reached running ;;
    *) return 1 ;;
  esac
}
`,
  probe: "get irqbalance && printf 'irqbalance\\t%s\\n' \"$v\"",
  apply: (wanted) => `printf 'irqbalance\\t${wanted}\\n'`,
  lacks: (wanted, { values }) =>
    wanted === "running" && values.irqbalance === "not installed" ? "irqbalance is not installed on this host" : null,
  describe: ({ irqbalance: state = "" }) => state,
});
