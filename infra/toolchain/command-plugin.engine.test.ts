/** What programs may rely on from the command plugin, run against whichever is installed: the official one or ours. */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { destroy, type EngineProject, engineProject, up } from "./engine-fixture.ts";
import { resolvedToolchain } from "./env.ts";

const program = `
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
const { options, secretStdin, ...args } = JSON.parse(process.env.COMMAND);
if (secretStdin) args.stdin = pulumi.secret(secretStdin);
const made = new command.local.Command("it", args, options);
export const stdout = made.stdout;
export const stderr = made.stderr;
`;

describe.skipIf(!resolvedToolchain())("local.Command", { timeout: 60_000 }, () => {
  let project: EngineProject;
  let dir = "";
  beforeAll(async () => {
    project = await engineProject(program);
    dir = mkdtempSync(join(tmpdir(), "command-"));
  }, 60_000);

  const run = (args: object) => project.pulumi(up, { COMMAND: JSON.stringify(args) });
  const log = () => readFileSync(join(dir, "log"), "utf8").trim().split("\n");
  const create = `echo create >> ${join("$DIR", "log")}; pwd; cat; echo "$GREETING" >&2`;
  const basic = () => ({
    create,
    update: `echo update $PULUMI_COMMAND_STDERR >> $DIR/log; printf 'a\\n\\n'`,
    delete: "echo delete >> $DIR/log",
    environment: { DIR: dir, GREETING: "hello" },
    dir,
    stdin: "from stdin",
  });

  test("create: directory, environment and stdin reach it; outputs lose one final newline", async () => {
    const { exitCode, output } = await run(basic());
    expect(output).toMatch(/\+ 2 created/);
    expect(exitCode).toBe(0);
    expect(await project.outputs()).toEqual({ stdout: `${dir}\nfrom stdin`, stderr: "hello" });
  });

  test("the same again is a no-op", async () => {
    expect((await run(basic())).output).toMatch(/2 unchanged/);
    expect(log()).toEqual(["create"]);
  });

  test("a changed input runs update, which sees the output before; only one newline is cut", async () => {
    expect((await run({ ...basic(), stdin: "other" })).output).toMatch(/~ 1 updated/);
    expect(log()).toEqual(["create", "update hello"]);
    expect(await project.outputs()).toEqual({ stdout: "a\n", stderr: "" });
  });

  test("a changed trigger replaces; with deleteBeforeReplace the old one is deleted first, by its recorded script", async () => {
    const changed = {
      ...basic(),
      delete: "echo new-delete >> $DIR/log",
      triggers: [1],
      options: { deleteBeforeReplace: true },
    };
    expect((await run(changed)).output).toMatch(/1 replaced/);
    expect(log().slice(2)).toEqual(["delete", "create"]);
  });

  test("without update, a changed input runs create again; addPreviousOutputInEnv can be declined", async () => {
    const again = { create: `echo again \${PULUMI_COMMAND_STDOUT-none} >> $DIR/log`, addPreviousOutputInEnv: false };
    const rest = { delete: basic().delete, environment: { DIR: dir }, triggers: [1] };
    expect((await run({ ...again, ...rest })).output).toMatch(/~ 1 updated/);
    expect(log().slice(4)).toEqual(["again none"]);
  });

  test("a failing update fails the run and shows what was printed; logging none keeps it out of the log", async () => {
    const failing = {
      create: "echo words; exit 3",
      logging: "none",
      environment: { DIR: dir },
      delete: basic().delete,
      triggers: [1],
    };
    const { exitCode, output } = await run(failing);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/exit status 3: running "echo words; exit 3":\s+words/);
  });

  test("an interpreter takes the script as its last argument, and one long line does not block", async () => {
    const node = { create: "console.log('x'.repeat(100000))", interpreter: [process.execPath, "-e"], logging: "none" };
    expect((await run({ ...node, environment: { DIR: dir }, delete: basic().delete, triggers: [1] })).exitCode).toBe(0);
    expect((await project.outputs()).stdout).toHaveLength(100_000);
  });

  test("a secret input is not in the state as text", async () => {
    const secret = { create: "cat > $DIR/secret", secretStdin: "top-secret-word", environment: { DIR: dir } };
    expect((await run({ ...secret, delete: basic().delete, triggers: [1] })).exitCode).toBe(0);
    expect(readFileSync(join(dir, "secret"), "utf8")).toBe("top-secret-word");
    const state = readFileSync(join(project.dir, "state/.pulumi/stacks/fixture/test.json"), "utf8");
    expect(state).toContain("ciphertext");
    expect(state).not.toContain("top-secret-word");
  });

  test("destroy runs delete once", async () => {
    const before = log().length;
    expect((await project.pulumi(destroy)).exitCode).toBe(0);
    expect(log().slice(before)).toEqual(["delete"]);
  });

  test("a failed create is not recorded, so its delete never runs", async () => {
    const before = log().length;
    const failing = { create: "exit 1", delete: basic().delete, environment: { DIR: dir } };
    expect((await run(failing)).exitCode).not.toBe(0);
    expect((await project.pulumi(destroy)).exitCode).toBe(0);
    expect(log().length).toBe(before);
    expect(existsSync(join(dir, "log"))).toBe(true);
  });
});
