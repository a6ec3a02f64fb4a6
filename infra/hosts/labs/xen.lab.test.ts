/** A real emulated host with Xen, reached in its control domain. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emulatedShell } from "../emulated.ts";
import { probeHost } from "../probe.ts";
import { disconnect } from "../ssh.ts";
import { assumedFacts } from "./facts.ts";
import { type BootedLab, COLD, expectFacts, labStack, prepare } from "./lab-testing.ts";

const { stack, start, stop, exists, cleanUp } = labStack("lab-xen");

beforeAll(async () => {
  await prepare("xen");
});
afterAll(cleanUp);

/** A paravirtualized guest of the host's own kernel, whose first process says a word and waits. */
const GUEST = `
  set -e
  d=$(mktemp -d); mkdir -p $d/root/bin $d/root/dev; cp /bin/busybox $d/root/bin/; mknod $d/root/dev/console c 5 1
  printf '#!/bin/busybox sh\\necho "the guest speaks"\\nexec /bin/busybox sleep 1000\\n' >$d/root/init; chmod +x $d/root/init
  (cd $d/root; find . | busybox cpio --quiet -o -H newc >$d/initrd)
  printf '%s\\n' 'name = "guest"' 'type = "pv"' "kernel = \\"/boot/vmlinuz-$(uname -r)\\"" "ramdisk = \\"$d/initrd\\"" \\
    'extra = "console=hvc0 quiet"' 'memory = 192' 'vcpus = 1' 'tsc_mode = "native"' >$d/guest.cfg
  xl create -q $d/guest.cfg
  timeout 60 xl console guest </dev/null | sed '/the guest speaks/q'
  xl list
  xl destroy guest`;

describe.each([
  ["booted from nothing", COLD],
  ["copied from a template", undefined],
])("%s", (_, size) => {
  let lab: BootedLab;
  beforeAll(async () => {
    lab = await start("xen", size ? "cold" : "copy", size);
  });

  test("its control domain is reached, and Xen answers", async () => {
    expect(exists(lab.object)).toBe(true);
    const info = await lab.sh("xl info");
    expect(info).toMatch(/^xen_version +: 4\.17/m);
    expect(info).toMatch(/^virt_caps +:.* pv hvm hap/m);
    expect(await lab.sh("xl list")).toMatch(/^Domain-0 /m);
  });

  test("it is what was assumed of it", () => {
    const name = `${stack}-facts`;
    const { cpus, memoryMiB } = size ?? { cpus: 2, memoryMiB: 3072 };
    try {
      const shell = emulatedShell(name, { type: "emulated", lab: "xen", sshPort: lab.port, cpus, memoryMiB });
      expectFacts(probeHost(shell), assumedFacts("xen", { name: lab.name, cpus, memoryMiB }).facts);
    } finally {
      disconnect(name);
    }
  });

  test("a guest runs beside it", async () => {
    const output = await lab.sh(GUEST);
    expect(output).toContain("the guest speaks");
    expect(output).toMatch(/^guest /m);
  });

  test("libvirt's driver for Xen answers, and goes again", async () => {
    const output = await lab.sh(
      "libvirtd -d --pid-file /run/l.pid; i=0; until virsh -q -c xen:///system list --all 2>/dev/null; do i=$((i+1)); [ $i -lt 100 ] || break; sleep 0.1; done; kill $(cat /run/l.pid)",
    );
    expect(output).toMatch(/Domain-0/);
  });

  test("stopped, it is gone", async () => {
    await stop(lab);
    expect(exists(lab.object)).toBe(false);
  });
});
