/** The found values in the engine's state: they come back to a removal whose record on the host is gone. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { destroy, engineProject, up } from "../../toolchain/engine-fixture.ts";
import { resolvedToolchain } from "../../toolchain/env.ts";
import { maxCStateLatencyUs } from "./c-state-latency.ts";
import { recordsDir } from "./object.ts";
import { onHost } from "./on-host.ts";
import { recordedHost } from "./recorded-host.ts";

const program = `
import * as command from "@pulumi/command";
const made = new command.local.Command("setting", JSON.parse(process.env.COMMAND));
export const stdout = made.stdout;
`;

describe.skipIf(!resolvedToolchain())("with the engine", { timeout: 60_000 }, () => {
  test("a setting is put back from the state when its record is gone", async () => {
    const host = recordedHost("amd");
    const before = host.tree();
    const { object, record, exists } = onHost(host, maxCStateLatencyUs, 10);
    const project = await engineProject(program);
    onTestFinished(() => rmSync(project.dir, { recursive: true }));
    const args = {
      create: `set -eu\n${object.create}`,
      delete: `set -eu\n${object.remove}`,
      environment: { GB_ROOT: host.root },
      addPreviousOutputInEnv: true,
    };
    expect((await project.pulumi(up, { COMMAND: JSON.stringify(args) })).exitCode).toBe(0);
    expect((await project.outputs()).stdout).toContain(record()?.join("\n"));
    expect(exists()).toBe(true);
    rmSync(join(host.root, recordsDir("demo")), { recursive: true });
    expect((await project.pulumi(destroy)).exitCode).toBe(0);
    expect(host.tree()).toEqual(before);
  });
});
