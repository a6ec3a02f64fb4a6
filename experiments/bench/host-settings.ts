/**
 * `up` of a host with settings, against the same values written by one script over one ssh connection. The host is an
 * emulated one that stays, so that it is reached as a testbed is. What `up` takes without settings is measured beside it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { bootRack, type Rack, writeStack } from "../../infra/hosts/labs/rack.ts";
import { projectDir } from "../../infra/toolchain/paths.ts";
import { median, ms, type Row, timed } from "./measure.ts";

const stack = "benchrack";
const rounds = 3;
const settings = {
  transparentHugePages: { enabled: "never" },
  numaBalancing: false,
  ksm: false,
  swappiness: 1,
  aslr: "off",
  bridgeNetfilter: false,
  hugePages: { "2MiB": 64 },
  bestEffort: ["numaBalancing"],
};
const count = Object.keys(settings).length - 1;

/** What one would type: the same values, found and written in one go. */
const byHand = `
for pair in /sys/kernel/mm/transparent_hugepage/enabled=never /proc/sys/kernel/numa_balancing=0 /sys/kernel/mm/ksm/run=2 \\
  /proc/sys/vm/swappiness=1 /proc/sys/kernel/randomize_va_space=0 /proc/sys/vm/nr_hugepages=64; do
  cat \${pair%=*} >>/tmp/found 2>/dev/null; echo \${pair#*=} >\${pair%=*} 2>/dev/null
done
for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do cat $f >>/tmp/found; echo 0 >$f; done; rm /tmp/found; true`;

const connections = (rack: Rack) => Number(rack.sh("awk '/^Tcp:/ && $6 ~ /[0-9]/ {print $6}' /proc/net/snmp"));

export async function hostSettingsCost(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "guestbench-bench-"));
  const rack = bootRack(stack, "kvm", 22_141);
  const bootstrap = join(projectDir(), "infra/toolchain/bootstrap.mjs");
  const gb = (command: string) =>
    execa(process.execPath, [bootstrap, command, "--stack", stack], {
      env: { GUESTBENCH_STACKS: dir },
      stdio: "ignore",
    });
  const up = async (wanted: object) => {
    writeStack(dir, stack, {
      host: { access: rack.access, settings: wanted },
      networks: { lan: { type: "tap-bridge" } },
      // one that is never made: the host alone is measured
      guests: { none: { platform: "rkt", image: "debian", address: "198.18.0.10" } },
    });
    const before = connections(rack);
    const took = await timed(() => gb("up"));
    const opened = connections(rack) - before - 1;
    await gb("destroy");
    return { took, opened };
  };
  try {
    await up(settings);
    const [tuned, plain, script]: [number[], number[], number[]] = [[], [], []];
    let opened = 0;
    for (let round = 0; round < rounds; round++) {
      const ours = await up(settings);
      opened = Math.max(opened, ours.opened);
      tuned.push(ours.took);
      plain.push((await up({})).took);
      script.push(await timed(async () => void rack.sh(byHand)));
    }
    const each = (median(tuned) - median(plain)) / count;
    return [
      {
        title: `up with ${count} settings, ssh`,
        ours: `up ${ms(median(tuned))}, without settings ${ms(median(plain))}`,
        peer: `one script by hand ${ms(median(script))}`,
        result: `${ms(each)} per setting, ${(opened / count).toFixed(2)} ssh connections per setting  (n = ${rounds} each)`,
        goal: "shown",
        met: null,
      },
    ];
  } finally {
    await gb("recover").catch(() => {});
    rack.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}
