/** Opens a stack's host: how its commands reach it, and everything that has to be known before anything is declared. */
import { ConfigError } from "../errors.ts";
import type { Stack } from "../stack.ts";
import { accelerator } from "./accelerator.ts";
import type { HostContext } from "./host.ts";
import { readMarkers } from "./objects.ts";
import { probeGenerations, probeHost } from "./probe.ts";
import { type HostShell, thisMachine } from "./shell.ts";
import { type Reachable, sshShell } from "./ssh.ts";

/** How commands reach the host of a stack; throws a ConfigError where the stack leaves that open. */
export function hostShell({ name, host: { access } }: Stack): HostShell {
  if (access.type === "local") return thisMachine;
  if (access.type === "ssh") {
    const problems = [
      access.address === undefined &&
        `stacks/${name}.ts: host.access.address: not set: write it there, or \`npx pulumi config set address ADDRESS -s ${name}\``,
      access.hostKey === undefined &&
        `stacks/${name}.ts: host.access.hostKey: not set, and a host without one is not connected to: compare what \`guestbench host scan ADDRESS\` shows with the host's own console, then write it there, or \`npx pulumi config set hostKey "ssh-ed25519 …" -s ${name}\``,
    ].filter((problem) => problem !== false);
    if (problems.length > 0) throw new ConfigError(problems);
    return sshShell(name, access as Reachable);
  }
  throw new ConfigError(`stacks/${name}.ts: host.access.type: emulated hosts are not there yet`);
}

/** Everything the program knows about the host before it declares anything. */
export function openHost(stack: Stack): HostContext {
  const shell = hostShell(stack);
  const facts = probeHost(shell);
  const { guestCpus, clientCpus } = stack.host;
  return {
    stack: stack.name,
    shell,
    facts,
    accelerator: accelerator(shell),
    markers: readMarkers(stack.name, shell),
    generation: probeGenerations(stack.name, shell),
    guestCpus,
    clientCpus,
  };
}
