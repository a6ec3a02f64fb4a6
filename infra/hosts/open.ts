/** Opens a stack's host: how its commands reach it, and everything that has to be known before anything is declared. */
import { ConfigError } from "../errors.ts";
import type { Stack } from "../stack.ts";
import { accelerator } from "./accelerator.ts";
import { type EmulatedHost, emulatedHost, emulatedShell } from "./emulated.ts";
import type { HostContext } from "./host.ts";
import { assumedFacts } from "./labs/facts.ts";
import { readMarkers } from "./objects.ts";
import { probeGenerations, probeHost } from "./probe.ts";
import { type HostShell, thisMachine } from "./shell.ts";
import { type Reachable, sshShell } from "./ssh.ts";
import { tuneHost } from "./tune.ts";

/** How commands reach the host of a stack; throws a ConfigError where the stack leaves that open. */
export function hostShell({ name, host: { access, declared } }: Stack): HostShell {
  if (access.type === "local") return thisMachine;
  if (access.type === "ssh") {
    if (declared?.architecture === "armv7") throw new ConfigError(noArmv7(name));
    const problems = [
      access.address === undefined &&
        `stacks/${name}.ts: host.access.address: not set: write it there, or \`npx pulumi stack init ${name}\` (once) and \`npx pulumi config set address ADDRESS -s ${name}\``,
      access.hostKey === undefined &&
        `stacks/${name}.ts: host.access.hostKey: not set, and a host without one is not connected to: compare what \`guestbench host scan ADDRESS\` shows with the host's own console, then write it there, or \`npx pulumi config set hostKey "ssh-ed25519 …" -s ${name}\``,
    ].filter((problem) => problem !== false);
    if (problems.length > 0) throw new ConfigError(problems);
    return sshShell(name, access as Reachable);
  }
  return emulatedShell(name, access);
}

/** A guest of an emulated host takes many times as long to say its first word. */
const EMULATED_DEADLINE_S = 60;

const noArmv7 = (name: string) =>
  `stacks/${name}.ts: host.declared.architecture: no guest runs on ARMv7, and setting an address does not change that: \`guestbench plan --stack ${name}\` shows each guest's reason`;

/** Everything the program knows about the host before it declares anything. */
export function openHost(stack: Stack): HostContext {
  const emulated = emulatedHost(stack);
  if (emulated !== null && !emulated.running) return notYetRunning(stack, emulated);
  const shell = hostShell(stack);
  return {
    ...commonContext(stack, emulated),
    shell,
    facts: probeHost(shell),
    accelerator: accelerator(shell, emulated ? EMULATED_DEADLINE_S : undefined),
    markers: readMarkers(stack.name, shell),
    generation: probeGenerations(stack.name, shell),
    settings: tuneHost(stack, shell),
  };
}

/** An emulated host is known from its image before it runs; everything on it is still to be made. */
function notYetRunning(stack: Stack, emulated: EmulatedHost): HostContext {
  const { access } = stack.host;
  const size = access.type === "emulated" ? access : { cpus: 0, memoryMiB: 0 };
  const made = `made ${new Date().toISOString()}`;
  return {
    ...commonContext(stack, emulated),
    shell: hostShell(stack),
    ...assumedFacts(emulated.lab, { name: stack.name, cpus: size.cpus, memoryMiB: size.memoryMiB }),
    markers: [],
    generation: () => made,
    settings: tuneHost(stack, null),
  };
}

function commonContext({ name, host: { guestCpus, clientCpus, limits } }: Stack, emulated: EmulatedHost | null) {
  return { stack: name, emulated, guestCpus, clientCpus, limits };
}
