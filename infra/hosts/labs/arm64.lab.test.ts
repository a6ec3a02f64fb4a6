/** A real emulated ARMv8 host with KVM. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emulatedShell } from "../emulated.ts";
import { probeHost } from "../probe.ts";
import { disconnect } from "../ssh.ts";
import { assumedFacts } from "./facts.ts";
import { type BootedLab, COLD, expectFacts, labStack, nestedGuest, prepare } from "./lab-testing.ts";

const { stack, start, stop, exists, cleanUp } = labStack("lab-arm64");

beforeAll(async () => {
  await prepare("arm64");
});
afterAll(cleanUp);

describe.each([
  ["booted from nothing", COLD],
  ["copied from a template", undefined],
])("%s", (_, size) => {
  let lab: BootedLab;
  beforeAll(async () => {
    lab = await start("arm64", size ? "cold" : "copy", size);
  });

  test("it is what was assumed of it", () => {
    const name = `${stack}-facts`;
    const { cpus, memoryMiB } = size ?? { cpus: 2, memoryMiB: 3072 };
    try {
      const shell = emulatedShell(name, { type: "emulated", lab: "arm64", sshPort: lab.port, cpus, memoryMiB });
      expectFacts(probeHost(shell), assumedFacts("arm64", { name: lab.name, cpus, memoryMiB }).facts);
    } finally {
      disconnect(name);
    }
  });

  test("a guest boots under its KVM and speaks on its console", async () => {
    expect(await lab.sh(nestedGuest("qemu-system-aarch64", "virt,gic-version=host", "ttyAMA0"))).toContain(
      "the guest speaks",
    );
  });

  test("its clock goes on while nothing happens, on every processor", async () => {
    await lab.sh("for cpu in 0 1; do taskset -c $cpu sleep 2; done");
    expect(Math.abs(Number(await lab.sh("date +%s")) - Date.now() / 1000)).toBeLessThan(10);
  });

  test("stopped, it is gone", async () => {
    await stop(lab);
    expect(exists(lab.object)).toBe(false);
  });
});
