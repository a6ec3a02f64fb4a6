/** For tests that boot emulated hosts: made and removed as a stack would do it, each on a port that was free. */
import { execa } from "execa";
import { expect } from "vitest";
import { buildImage } from "../../images/builder.ts";
import { imageDir } from "../../images/image.ts";
import { ensureSshKeys } from "../../images/ssh-keys.ts";
import { type HostObject, renderCreate, renderRemove } from "../objects.ts";
import type { HostFacts } from "../probe.ts";
import { throwawayStack } from "../testing.ts";
import { labImage } from "./image.ts";
import type { LabKind } from "./kinds.ts";
import { LAB_DEFAULTS, labObject, labPaths } from "./lab.ts";
import { labSshArgv } from "./scripts.ts";
import { ensureTemplate, freePort } from "./template.ts";

export interface BootedLab {
  name: string;
  port: number;
  object: HostObject;
  paths: ReturnType<typeof labPaths>;
  seconds: number;
  /** Runs a script as root on the host; what it printed. */
  sh(script: string): Promise<string>;
}

/** Makes sure that the kind can be copied; the folders of its image and template. */
export async function prepare(kind: LabKind): Promise<{ image: string; template: string }> {
  await buildImage(labImage(kind));
  const image = imageDir(labImage(kind));
  return { image, template: await ensureTemplate({ kind, ...LAB_DEFAULTS }, image) };
}

/** One of a size that no template has boots from nothing. */
export const COLD = { cpus: 2, memoryMiB: 2560 } as const;

export function labStack(suffix: string) {
  const { stack, cleanUp, exists } = throwawayStack(`-${suffix}`);
  const made: HostObject[] = [];
  return {
    stack,
    exists,
    cleanUp: () => cleanUp(...made),

    async start(
      kind: LabKind,
      name: string,
      size: { cpus: number; memoryMiB: number } = LAB_DEFAULTS,
    ): Promise<BootedLab> {
      const port = await freePort();
      const object = labObject(stack, { kind, name, ...size, sshPort: port });
      made.push(object);
      const begun = performance.now();
      await execa("/bin/sh", ["-c", renderCreate(stack, object)], {
        stdin: "ignore",
        env: { GENERATION: "made then" },
      });
      const seconds = (performance.now() - begun) / 1000;
      const [program = "", ...options] = labSshArgv(port, ensureSshKeys());
      const sh = async (input: string) =>
        (await execa(program, [...options, "sh", "-s"], { input, timeout: 300_000 })).stdout;
      return { name, port, object, paths: labPaths(stack, name), seconds, sh };
    },

    async stop({ object }: BootedLab): Promise<void> {
      await execa("/bin/sh", ["-c", renderRemove(stack, object)], { stdin: "ignore" });
    },
  };
}

/**
 * Holds the host's own words against what was assumed of it. Versions move with Debian's updates: of those, and of the
 * kernel's, only what an update leaves as it is; memory to one part in a hundred.
 */
export function expectFacts(found: HostFacts, assumed: HostFacts): void {
  const stable = (facts: HostFacts) => ({
    ...facts,
    kernel: facts.kernel.replace(/-\d+-/, "-"),
    tools: Object.fromEntries(
      Object.entries(facts.tools).map(([tool, version]) => [tool, version.split(".").slice(0, 2).join(".")]),
    ),
    memoryMiB: 0,
  });
  expect(stable(found)).toEqual(stable(assumed));
  expect(Math.abs(found.memoryMiB / assumed.memoryMiB - 1)).toBeLessThan(0.01);
}

/** A script that boots the host's own kernel as a guest under KVM, with a first process that says a word and ends it all. */
export function nestedGuest(emulator: string, machine: string, console: string): string {
  return `
    set -e
    d=$(mktemp -d); mkdir -p $d/root/bin; cp /bin/busybox $d/root/bin/
    printf '#!/bin/busybox sh\\necho "the guest speaks"\\n/bin/busybox poweroff -f\\n' >$d/root/init; chmod +x $d/root/init
    (cd $d/root; find . | busybox cpio --quiet -o -H newc >$d/initrd)
    timeout 90 ${emulator} -accel kvm -cpu host -M ${machine} -m 256 -nodefaults -display none -serial stdio -no-reboot \\
      -kernel /boot/vmlinuz-$(uname -r) -initrd $d/initrd -append 'console=${console} quiet panic=-1' </dev/null
    rm -r $d`;
}
