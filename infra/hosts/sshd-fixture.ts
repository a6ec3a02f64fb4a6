/** For tests: a throw-away sshd on the loopback interface, and a stack that is reached through it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const SSHD = "/usr/sbin/sshd";

export const hasSshd = existsSync(SSHD);

function keyPair(file: string): string {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return readFileSync(`${file}.pub`, "utf8").trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** An sshd that lets its own key in as the user who runs the tests. */
export async function startSshd() {
  const dir = mkdtempSync(join(tmpdir(), "sshd-"));
  const port = await freePort();
  const hostKey = keyPair(join(dir, "host"));
  writeFileSync(join(dir, "authorized"), `${keyPair(join(dir, "user"))}\n`, { mode: 0o600 });
  const config = {
    ListenAddress: `127.0.0.1:${port}`,
    HostKey: join(dir, "host"),
    AuthorizedKeysFile: join(dir, "authorized"),
    PidFile: "none",
    StrictModes: "no",
    UsePAM: "no",
    PasswordAuthentication: "no",
    PermitRootLogin: "prohibit-password",
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} ${value}\n`);
  writeFileSync(join(dir, "config"), lines.join(""));
  // its privilege separation wants a folder that the package makes at boot
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const server = spawn(SSHD, ["-D", "-e", "-f", join(dir, "config")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const deadline = Date.now() + 10_000;
  while (!said.includes("Server listening")) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error(`sshd did not start: ${said}`);
    await wait(20);
  }
  return {
    port,
    hostKey,
    access: {
      ...{ address: "127.0.0.1", port, hostKey },
      ...{ user: userInfo().username, identityFile: join(dir, "user") },
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}
