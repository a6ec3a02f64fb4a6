/** Checks everything that can be checked before anything is touched; all problems in one error. */
import { ConfigError } from "../../infra/errors.ts";
import { checkAccess, loadStack, plannedGuests, type Stack } from "../../infra/provision.ts";
import { resolvedToolchain } from "../../infra/toolchain/index.ts";
import { type Plan, planCells } from "../campaign/plan.ts";
import type { StopRule } from "../campaign/stop.ts";
import { findSpecs, specs } from "../specs/index.ts";
import { quickly } from "../specs/quick.ts";
import { findWorkload } from "../workloads/index.ts";
import { assertRoot } from "./root.ts";

export interface Prepared {
  stack: Stack;
  /** From the declaration and a look at the host; the outputs of `up` have the last word. */
  plan: Plan;
  /** Why the host was not asked and its declaration was believed; null where it was asked. */
  assumed: string | null;
  alwaysOn(guest: string): boolean;
}

interface Request {
  command: string;
  needsRoot: boolean;
  stack: string;
  specs: readonly string[];
  stopRule: Partial<StopRule>;
  /** Sizes are cut for a functional pass. */
  quick: boolean;
  /** Believe what the stack declares of its host where the host cannot be asked; nothing may come of it but a plan. */
  believe?: true;
}

export async function prepare(request: Request): Promise<Prepared> {
  const problems: string[] = [];
  const note = (error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return null;
  };
  const attempt = <T>(body: () => T): T | null => {
    try {
      return body();
    } catch (error) {
      return note(error);
    }
  };
  if (request.specs.length === 0) {
    const names = specs.map((spec) => spec.name).join(", ");
    problems.push(`which spec? e.g. \`guestbench ${request.command} quickstart\` (known: ${names})`);
  }
  const chosen = attempt(() => findSpecs(request.specs)) ?? [];
  const stack = await loadStack(request.stack).catch(note);
  if (stack !== null && !request.believe) attempt(() => checkAccess(stack));
  if (request.needsRoot) attempt(() => assertRoot(request.command));
  if (request.needsRoot && resolvedToolchain() === undefined)
    problems.push("guestbench is not set up in this clone: run `npm start`, or `npm run setup` for the set-up alone");
  if (problems.length > 0 || stack === null) throw new ConfigError(problems);
  const { guests, assumed } = await plannedGuests(stack, request.believe ? "believe" : "throw");
  const wanted = request.quick ? chosen.map(quickly) : chosen;
  const plan = planCells(wanted, guests, findWorkload, request.stopRule);
  if (plan.cells.length === 0 && assumed === null) throw new ConfigError(nothingToDo(plan));
  return { stack, plan, assumed, alwaysOn: (guest) => guests[guest]?.bootProfiles.length === 0 };
}

function nothingToDo(plan: Plan): string[] {
  const reasons = new Set(plan.skipped.map((cell) => `${cell.guest}: ${cell.reason}`));
  return ["no guest of the stack can run any of these specs here", ...reasons];
}
