/** A workload that runs one command in the guest and reads one number from what it prints. */
import type { Addition } from "./index.ts";

export function workloadTemplate(name: string, identifier: string): Addition {
  const dir = "experiments/workloads";
  return {
    files: {
      [`${dir}/${name}.ts`]: { text: workload(name, identifier) },
      [`${dir}/${name}.test.ts`]: { text: test(name, identifier) },
    },
    registry: `${dir}/registry.ts`,
    line: `export { default as ${identifier} } from "./${name}.ts";`,
  };
}

const parser = (identifier: string) => `parse${identifier[0]?.toUpperCase()}${identifier.slice(1)}`;

const workload = (name: string, identifier: string) => `/** ${name}: what it stresses, and how. */
import { z } from "zod";
import { ParseError } from "../../infra/errors.ts";
import { defineWorkload } from "./workload.ts";

const estimatedMs = 1_000;

export default defineWorkload({
  name: "${name}",
  title: "${name}",
  metric: "time",
  unit: "s",
  direction: "lower",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "tool:${name}"],
  parameters: z.strictObject({}),
  label: () => "${name}",
  estimateMs: () => estimatedMs,
  async run({ inGuest, saveRaw }) {
    const { stdout } = await inGuest("${name}", { timeoutMs: 60_000 });
    await saveRaw("${name}.txt", stdout);
    return [{ metric: "time", value: ${parser(identifier)}(stdout), unit: "s", metadata: {} }];
  },
});

/** Seconds; throws ParseError where the tool printed something else. */
export function ${parser(identifier)}(text: string): number {
  const seconds = /^Time: (\\d+(?:\\.\\d+)?)$/m.exec(text)?.[1];
  if (seconds === undefined) {
    throw new ParseError(\`${name}: no line "Time: S" in \${JSON.stringify(text.slice(0, 300))}\`);
  }
  return Number(seconds);
}
`;

const test = (name: string, identifier: string) => `import { expect, it } from "vitest";
import { ParseError } from "../../infra/errors.ts";
import { ${parser(identifier)} } from "./${name}.ts";

// to be replaced by what the tool really printed, kept in fixtures/
it("reads the time, and nothing else", () => {
  expect(${parser(identifier)}("Time: 1.5\\n")).toBe(1.5);
  expect(() => ${parser(identifier)}("Killed\\n")).toThrow(ParseError);
});
`;
