/** Shell that starts daemons, ends them, and tells whether they live. */

/**
 * Shell words that start a daemon in the background, cut off from the caller, and wait until `answers` holds. Daemons
 * that write no process id of their own get it written by `pidFile`.
 */
export function launch(name: string, start: string, answers: string, log: string, pidFile?: string): string {
  return [
    `mkdir -p "$(dirname ${log})"`,
    `env -u GUESTBENCH_CAMPAIGN -u GUESTBENCH_STACK setsid ${start} </dev/null >>${log} 2>&1 &`,
    `daemon=$!; i=0${pidFile === undefined ? "" : `; echo $daemon >${pidFile}`}`,
    `until ${answers} >/dev/null 2>&1; do`,
    `  i=$((i+1)); if [ $i -ge 300 ] || ! kill -0 $daemon 2>/dev/null; then echo "${name} ended or did not answer within 30 seconds; its last words:" >&2; tail -n 15 ${log} >&2; exit 1; fi`,
    "  sleep 0.1",
    "done",
  ].join("\n");
}

/** Ends the process of a pid file, and waits until it is gone; one that was only just launched is waited for. */
export function end(pidFile: string, program: string): string {
  return [
    `i=0; while [ -d $(dirname ${pidFile}) ] && [ ! -s ${pidFile} ] && [ $i -lt 30 ]; do i=$((i+1)); sleep 0.1; done`,
    `if pid=$(cat ${pidFile} 2>/dev/null) && grep -q ${program} /proc/$pid/comm 2>/dev/null; then`,
    "  kill $pid 2>/dev/null || true; i=0",
    "  while [ -e /proc/$pid/exe ]; do i=$((i+1)); [ $i -lt 150 ] || kill -9 $pid 2>/dev/null || true; [ $i -lt 300 ] || break; sleep 0.1; done",
    "fi",
  ].join("\n");
}

/** A process that has ended and waits to be reaped has a name still, but no program. */
export const alive = (pidFile: string, program: string) =>
  `pid=$(cat ${pidFile}) && grep -q ${program} /proc/$pid/comm && [ -e /proc/$pid/exe ]`;
