/** How a program's output and errors show, run against whichever language host is installed. */
import { beforeAll, describe, expect, test } from "vitest";
import { type EngineProject, engineProject, up } from "./engine-fixture.ts";
import { resolvedToolchain } from "./env.ts";

const program = `
import * as pulumi from "@pulumi/pulumi";
const mode: string = process.env.MODE ?? "";
console.log("printed by the program");
if (mode === "throw") throw new Error("thrown here");
if (mode === "user") throw new pulumi.RunError("a user's error");
if (mode === "reject") void Promise.reject(new Error("rejected here"));
if (mode === "apply") pulumi.output(1).apply(() => { throw new Error("in apply"); });
if (mode === "import") await import("./missing.ts");
export const stack = pulumi.getStack();
export const nested = pulumi.secret({ a: [1, "two"] });
`;

describe.skipIf(!resolvedToolchain())("language host", { timeout: 60_000 }, () => {
  let project: EngineProject;
  beforeAll(async () => {
    project = await engineProject(program);
  }, 60_000);

  test("runs TypeScript, shows what it prints, and takes its exports as outputs", async () => {
    const { exitCode, output } = await project.pulumi(up);
    expect(output).toContain("printed by the program");
    expect(exitCode).toBe(0);
    expect(await project.outputs()).toEqual({ stack: "test", nested: { a: [1, "two"] } });
  });

  test.each([
    ["throw", /error: .*thrown here/s, /index\.ts:\d+/],
    ["reject", /error: .*rejected here/s, /index\.ts:\d+/],
    ["apply", /error: .*in apply/s, /index\.ts:\d+/],
    ["import", /error: .*missing\.ts/s, /error/],
  ])("an error by %s fails the run and names the place", async (mode, message, place) => {
    const { exitCode, output } = await project.pulumi(up, { MODE: mode });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(message);
    expect(output).toMatch(place);
  });

  test("a user's error shows without a stack", async () => {
    const { exitCode, output } = await project.pulumi(up, { MODE: "user" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("error: a user's error");
    expect(output).not.toMatch(/^\s+at /m);
  });

  test("after an error the next run works", async () => {
    expect((await project.pulumi(up)).exitCode).toBe(0);
  });
});
