/** A host that is not asked: what a plan takes for granted of it. */
import { InfraError } from "../errors.ts";
import type { Stack } from "../stack.ts";
import type { Accelerator } from "./accelerator.ts";
import {
  architectureNames,
  type DeclaredArchitecture,
  type DeclaredHost,
  declaredAccelerator,
  declaredFacts,
} from "./declared.ts";
import type { HostContext } from "./host.ts";
import { openHost } from "./open.ts";
import type { HostFacts } from "./probe.ts";
import { NoConnection } from "./shell.ts";
import { tuneHost } from "./tune.ts";

/** A host to plan for. */
export interface PlannedHost {
  context: HostContext;
  architecture: DeclaredArchitecture;
  /** Why the host was not asked and the stack was believed; null where it was asked. */
  assumed: string | null;
}

/** The context of a host that nothing is sent to: what would send something fails, and says the reason. */
export function assumedContext(stack: Stack, facts: HostFacts, accelerator: Accelerator, reason: string): HostContext {
  const name = `the host of ${stack.name}`;
  const { guestCpus, clientCpus, limits } = stack.host;
  return {
    stack: stack.name,
    shell: {
      name,
      prefix: ["false"],
      sh: () => {
        throw new InfraError(`${name} cannot be asked: ${reason}`);
      },
    },
    facts,
    accelerator,
    markers: [],
    generation: () => "assumed",
    emulated: null,
    settings: tuneHost(stack, null),
    guestCpus,
    clientCpus,
    limits,
  };
}

/** Asks the host where it can be asked; else believes what the stack declares. */
export function openHostForPlan(stack: Stack): PlannedHost {
  const { access, declared } = stack.host;
  if (!declared || access.type !== "ssh") return askHost(stack);
  const unset = whyNotAsked(stack, declared);
  if (unset !== null) return believed(stack, declared, unset);
  try {
    return askHost(stack);
  } catch (error) {
    const words = noConnection(error);
    if (words === null) throw error;
    return believed(stack, declared, `no connection: ${words}`);
  }
}

export function askHost(stack: Stack): PlannedHost {
  const context = openHost(stack);
  return { context, architecture: context.facts.architecture, assumed: null };
}

function believed(stack: Stack, declared: DeclaredHost, reason: string): PlannedHost {
  const facts = declaredFacts(stack.name, declared);
  const context = assumedContext(stack, facts, declaredAccelerator(declared), reason);
  return { context, architecture: declared.architecture, assumed: reason };
}

function whyNotAsked({ host: { access } }: Stack, { architecture }: DeclaredHost): string | null {
  if (access.type !== "ssh") return null;
  if (access.address === undefined) return "no address is set";
  if (access.hostKey === undefined) return "no host key is set";
  return architecture === "armv7" ? `no guest runs on ${architectureNames.armv7}` : null;
}

/** What ssh said when it did not get through; null for everything else. */
function noConnection(error: unknown): string | null {
  if (error instanceof NoConnection) return error.message.split("\n").at(-1) ?? "";
  return error instanceof Error ? noConnection(error.cause) : null;
}
