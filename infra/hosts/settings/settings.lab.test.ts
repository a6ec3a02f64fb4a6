/** Settings on a real kernel that may be changed in every way: an emulated host, reached over ssh. */
import { spawnSync } from "node:child_process";
import { afterAll, describe } from "vitest";
import { bootRack } from "../labs/rack.ts";
import { settingsOnRealHost } from "./real-host.ts";

const rack = bootRack("settings", "kvm", 22_151);
afterAll(() => rack.remove());

describe("an emulated host", () => {
  settingsOnRealHost({
    sh(script) {
      const [program = "", ...args] = rack.argv(script);
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
      return { ok: status === 0, status, stdout: stdout.trim(), stderr: stderr.trim() };
    },
    stack: "settings",
    disposable: true,
  });
});
