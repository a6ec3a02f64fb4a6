import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeScript } from "./accelerator.ts";
import { onHost } from "./objects.ts";
import { shellProblems } from "./shell-check.ts";
import { forwardedSockets, type Reachable, renderConfig, renderRun, sshRunDir } from "./ssh.ts";

const access: Reachable = {
  type: "ssh",
  address: "rack7",
  user: "root",
  identityFile: "~/.ssh/bench",
  hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
};

test("the configuration pins the host's key and leaves the rest to the user's own", () => {
  expect(renderConfig(access, "/run/x", "/home/me")).toMatchInlineSnapshot(`
    "Host rack7
      User root
      IdentityFile /home/me/.ssh/bench
      IdentitiesOnly yes
      HostKeyAlias guestbench-host
      UserKnownHostsFile /run/x/known_hosts
      GlobalKnownHostsFile /dev/null
      StrictHostKeyChecking yes
      BatchMode yes
      ConnectTimeout 10
      ServerAliveInterval 5
      ServerAliveCountMax 3
      ControlPath /run/x/control
      LogLevel ERROR
      ForwardX11 no
      ForwardAgent no
    Host *
    Include /home/me/.ssh/config
    Include /etc/ssh/ssh_config
    "
  `);
  expect(renderConfig({ ...access, port: 2222 }, "/run/x", "/root")).toContain("  Port 2222\n");
});

describe("the program that runs a command on the host", () => {
  // a stand-in for ssh hands its last argument to a shell, as sshd would
  const dir = mkdtempSync(join(tmpdir(), "gb-ssh-"));
  const run = join(dir, "run");
  let control: Server;
  const there = (argv: string[], env: Record<string, string> = {}) =>
    execFileSync(run, argv, { encoding: "utf8", env: { ...process.env, PATH: `${dir}:${process.env.PATH}`, ...env } });

  beforeAll(async () => {
    writeFileSync(join(dir, "ssh"), '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
    writeFileSync(run, renderRun("demo", access, dir));
    chmodSync(run, 0o755);
    control = createServer();
    await new Promise<void>((resolve) => control.listen(join(dir, "control"), resolve));
  });
  afterAll(() => {
    control.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test.each([
    [["a b", "it's", "''", ""]],
    [['"$HOME"', "`id`", "$(id)", "a;b|c&d"]],
    [["line\nline", "tab\there", "\\", "*", "~"]],
  ])("hands over every word as it is: %j", (words) => {
    expect(there(["printf", "%s\\0", ...words])).toBe(`${words.join("\0")}\0`);
  });

  test("takes along what marks a command, and nothing else", () => {
    const env = { GENERATION: "made 2026-01-01", GUESTBENCH_STACK: "demo", SECRET: "no" };
    const told = there(["sh", "-c", 'env -u SECRET true; echo "$GENERATION,$GUESTBENCH_STACK"'], env);
    expect(told).toBe("made 2026-01-01,demo\n");
    expect(renderRun("demo", access, dir)).not.toContain("SECRET");
  });

  test("a shell can read it, and it connects by one shared connection with the daemons' sockets", () => {
    const script = renderRun("demo", access, "/run/x");
    expect(shellProblems(script)).toBe("");
    for (const { here, there: path } of Object.values(forwardedSockets("demo"))) {
      expect(script).toContain(`-L ${here}:${path}`);
      // the longest name that a socket can have
      expect(here.length).toBeLessThan(108);
    }
    expect(sshRunDir("demo")).toMatch(/guestbench-ssh\/demo$/);
  });
});

test("a script goes to the host as one word, with what it reads before it", () => {
  expect(onHost({ prefix: [] }, "echo it's")).toBe("echo it's");
  expect(onHost({ prefix: ["/run/x/run"] }, "echo it's")).toBe(`exec '/run/x/run' '/bin/sh' '-c' 'echo it'\\''s'`);
  expect(onHost({ prefix: ["/run/x/run"] }, "cat", "tar c")).toBe("tar c | '/run/x/run' '/bin/sh' '-c' 'cat'");
});

test("a shell can read the probe of the accelerator", () => {
  expect(shellProblems(probeScript(6))).toBe("");
});
