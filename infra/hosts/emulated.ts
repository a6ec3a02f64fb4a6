/**
 * A bare-metal host made of QEMU: an image built once, and a process on this machine that boots it. To everything else it
 * is a host reached over ssh. What lies on it goes with it, so nothing of it has to be removed when it is destroyed.
 */
import type * as pulumi from "@pulumi/pulumi";
import { imageDir, manifestSchema } from "../images/image.ts";
import { ensureSshKeys, sshKeyTexts } from "../images/ssh-keys.ts";
import { command } from "../providers.ts";
import type { Stack } from "../stack.ts";
import { projectDir } from "../toolchain/paths.ts";
import type { EmulatedAccess } from "./access.ts";
import { labImage } from "./labs/image.ts";
import { labPlatforms } from "./labs/kinds.ts";
import { labObject } from "./labs/lab.ts";
import { type HostObject, type HostResource, hostObject } from "./objects.ts";
import { probeGenerations } from "./probe.ts";
import { type HostShell, thisMachine } from "./shell.ts";
import { sshShell } from "./ssh.ts";

/** Why no number from such a host counts. */
export const EMULATED = "emulated host, functional only";

/** An emulated host as it stands before the program declares anything. */
export interface EmulatedHost {
  lab: EmulatedAccess["lab"];
  /** Makes its image, and a template of that size. */
  build: string;
  object: HostObject;
  running: boolean;
  generation: string;
}

const instanceOf = (stack: string, { lab, cpus, memoryMiB, sshPort }: EmulatedAccess) => ({
  kind: lab,
  name: stack,
  cpus,
  memoryMiB,
  sshPort,
});

/** Looks at it without touching it; null where the host is not an emulated one. */
export function emulatedHost({ name, host: { access } }: Stack): EmulatedHost | null {
  if (access.type !== "emulated") return null;
  const object = labObject(name, instanceOf(name, access));
  const running = thisMachine.sh(`( ${object.exists}\n) >/dev/null 2>&1 && echo yes || true`).trim() === "yes";
  const build = `infra/hosts/labs/build.ts ${access.lab} --cpus ${access.cpus} --memory ${access.memoryMiB}`;
  return { lab: access.lab, build, object, running, generation: probeGenerations(name)(object.kind, object.name) };
}

/** Debian packages that this machine lacks to emulate such a host, as one sentence; null where nothing is missing. */
export function whyNotEmulated({ lab }: EmulatedHost): string | null {
  const names = labPlatforms[lab].packages;
  const script = `command -v dpkg-query >/dev/null || exit 0
    for p in ${names.join(" ")}; do dpkg-query -W -f '\${Status}' $p 2>/dev/null | grep -q 'ok installed' || echo $p; done`;
  const missing = thisMachine.sh(script).split("\n").filter(Boolean);
  if (missing.length === 0) return null;
  return `this machine lacks what emulates ${labPlatforms[lab].description}: apt-get install --no-install-recommends ${missing.join(" ")}`;
}

/** How to log in to it: on this machine's own port, with the keys that its image was built with. */
export function emulatedShell(stack: string, { sshPort }: EmulatedAccess): HostShell {
  const keys = ensureSshKeys();
  return sshShell(stack, {
    type: "ssh",
    address: "127.0.0.1",
    port: sshPort,
    user: "root",
    identityFile: keys.identityFile,
    hostKey: sshKeyTexts(keys)[1] ?? "",
  });
}

/** Declares the host: its image, then the process. */
export function bootEmulated(stack: string, host: EmulatedHost, parent: pulumi.Resource): HostResource {
  const { local } = command();
  const image = new local.Command(
    `build-lab-${host.lab}`,
    {
      create: `"$NODE" ${host.build}`,
      dir: projectDir(),
      environment: { NODE: process.execPath },
      triggers: [imageDir(labImage(host.lab))],
      addPreviousOutputInEnv: false,
      logging: "none",
    },
    { parent, deleteBeforeReplace: true },
  );
  image.stdout.apply((text) => manifestSchema.parse(JSON.parse(text)));
  return hostObject({ stack, shell: thisMachine }, host.object, host.generation, { parent, dependsOn: [image] });
}
