/** What the engine's state says of a stack, without changing it: the outputs of one that is up. */
import { execa } from "execa";
import { InfraError } from "../errors.ts";
import { type Outputs, outputsSchema } from "../outputs.ts";
import { pulumiEnv, resolvedToolchain } from "../toolchain/index.ts";
import { projectDir } from "../toolchain/paths.ts";

/** null: the stack is not up, or nothing was ever set up in this clone that could have brought it up. */
export async function knownOutputs(stack: string): Promise<Outputs | null> {
  if (resolvedToolchain() === undefined) return null;
  const argv = ["stack", "output", "--json", "--stack", stack];
  const result = await execa("pulumi", argv, { cwd: projectDir(), env: pulumiEnv(projectDir()), reject: false });
  if (result.failed && /no stack named/i.test(result.stderr)) return null;
  if (result.failed) {
    const reason = result.stderr.split("\n").find((line) => line.startsWith("error:")) ?? result.shortMessage;
    throw new InfraError(`the state of stack ${stack} could not be read: ${reason}`);
  }
  return parseOutputs(result.stdout);
}

/** A stack that was destroyed has none; one that is half up has some. */
export function parseOutputs(text: string): Outputs | null {
  const parsed = outputsSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
