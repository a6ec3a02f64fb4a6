/** Prints a stack's environment: the same testbed gives the same bytes. */
import { type Environment, knownOutputs, renderEnvironment } from "../../../infra/environment/index.ts";
import { environment, loadStack } from "../../../infra/provision.ts";

export async function capture({ stack }: { stack: string }): Promise<void> {
  process.stdout.write(renderEnvironment(await captured(stack)));
}

/** As it is now. */
export async function captured(stack: string): Promise<Environment> {
  await loadStack(stack);
  return environment(stack, await knownOutputs(stack));
}
