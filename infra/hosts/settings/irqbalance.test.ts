import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { irqbalance } from "./irqbalance.ts";
import { onHost } from "./on-host.ts";
import { type RecordedHost, recordedHost } from "./recorded-host.ts";

const unit = "/run/systemd/system/irqbalance";

settingContract(irqbalance, {
  intel: {
    wanted: "stopped",
    description: "running",
    record: { irqbalance: ["running", "stopped"] },
    otherHands: { part: "irqbalance", file: unit, content: "active\n", now: "running" },
  },
  amd: { wanted: "stopped", fulfilled: ["irqbalance\tnot installed\tnot installed"] },
  arm: { wanted: "running", lacks: "irqbalance is not installed on this host" },
});

/** A process that is called irqbalance in the recorded host's /proc, and is gone from there when it ends. */
const DAEMON = `#!/bin/sh
mkdir -p $GB_ROOT/proc/$$
printf '%s\\0' "$0" "$@" >$GB_ROOT/proc/$$/cmdline
echo irqbalance >$GB_ROOT/proc/$$/comm
trap 'rm -r $GB_ROOT/proc/$$; exit 0' TERM
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1 & wait $!; done
rm -r $GB_ROOT/proc/$$
`;

describe("a process that somebody started", () => {
  let host: RecordedHost;
  let daemon: string;
  beforeEach(() => {
    host = recordedHost("amd");
    daemon = join(host.root, "irqbalance");
    writeFileSync(daemon, DAEMON, { mode: 0o755 });
  });
  const state = () => onHost(host, irqbalance, "stopped").probe().values.irqbalance;
  const start = (...args: string[]) =>
    spawnSync(
      "/bin/sh",
      [
        "-c",
        `setsid "$@" >/dev/null 2>&1 & until [ -f $GB_ROOT/proc/$!/comm ]; do sleep 0.01; done`,
        "",
        daemon,
        ...args,
      ],
      {
        env: { ...process.env, GB_ROOT: host.root },
      },
    );
  afterEach(() => {
    onHost(host, irqbalance, "stopped").create();
  });

  test("is ended, and started again by its own command line", () => {
    start("--banirq=9", "--policyscript=/etc/p");
    const running = `running as ${daemon} --banirq=9 --policyscript=/etc/p`;
    expect(state()).toBe(running);
    const { create, record, remove, exists, drift } = onHost(host, irqbalance, "stopped");
    expect(create()).toMatchObject({ status: 0, stderr: "" });
    expect(state()).toBe("not installed");
    expect(record()).toEqual([`irqbalance\t${running}\tnot installed`]);
    expect([exists(), drift()]).toEqual([true, []]);
    start();
    expect(drift()).toMatchObject([{ found: running, now: `running as ${daemon}` }]);
    onHost(host, irqbalance, "stopped").create();
    expect(remove()).toMatchObject({ status: 0, stderr: "" });
    expect(state()).toBe(running);
  });
});
