/** `guestbench new`: a file that is to be filled in, its test and its line in the registry. */
import { Argument, type Command } from "commander";

const kinds = ["platform", "image", "workload", "spec"] as const;
export type NewKind = (typeof kinds)[number];

export function newCommand(program: Command): void {
  program
    .command("new")
    .description("write a new platform, image, workload or spec: its file, its test, its line in the registry")
    .addArgument(new Argument("<kind>", "what to add").choices(kinds))
    .argument("<name>", "its name, e.g. firecracker; of a spec with its study, e.g. mine/rtt")
    .action(async (kind: NewKind, name: string) => {
      const { writeNew } = await import("./new/write.ts");
      writeNew(kind, name);
    });
}
