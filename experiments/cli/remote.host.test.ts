/** Commands on a host behind ssh: here an sshd of the test's own, which leads back to this machine. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeHost } from "../../infra/hosts/probe.ts";
import { disconnect } from "../../infra/hosts/ssh.ts";
import { hasSshd, startSshd } from "../../infra/hosts/sshd-fixture.ts";

const stack = `unittest-remote-${process.pid}`;
const dir = mkdtempSync(join(tmpdir(), "remote-"));
const guestbench = (...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    ...{ reject: false, stdin: "ignore", env: { GUESTBENCH_STACKS: dir } },
  });

describe.skipIf(!hasSshd)("a host behind ssh", () => {
  let sshd: Awaited<ReturnType<typeof startSshd>>;
  beforeAll(async () => {
    sshd = await startSshd();
    writeFileSync(
      join(dir, `${stack}.ts`),
      `export default {
        host: { access: { type: "ssh" }, declared: { architecture: "x86_64", cpus: 999, cpuModel: "a CPU", memoryMiB: 1024, accelerator: "kvm" } },
        networks: { lan: { type: "tap-bridge" } },
        guests: { a: { platform: "bare-metal", image: "debian" } },
      };`,
    );
  });
  afterAll(async () => {
    disconnect(stack);
    await sshd.stop();
    rmSync(dir, { recursive: true });
  });

  test("scan: its key, and the fingerprint that ssh-keygen gives for it", async () => {
    const { stdout, exitCode } = await guestbench("host", "scan", "127.0.0.1", "--port", `${sshd.port}`, "--json");
    const told = await execa("ssh-keygen", ["-l", "-f", "-"], { input: sshd.hostKey });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      address: "127.0.0.1",
      port: sshd.port,
      keys: [{ type: "ssh-ed25519", key: sshd.hostKey, fingerprint: told.stdout.split(" ")[1] }],
    });
  });

  test("scan, for people: the line for the stack, and what to compare before", async () => {
    const { stdout } = await guestbench("host", "scan", "127.0.0.1", "--port", `${sshd.port}`);
    expect(stdout).toContain(`  hostKey: "${sshd.hostKey}",\n`);
    expect(stdout).toMatch(/compare its fingerprint with what the host\nsays on its own console/);
  });

  test("scan of a port where nothing answers", async () => {
    const { stderr, exitCode } = await guestbench("host", "scan", "127.0.0.1", "--port", "1");
    expect([exitCode, stderr]).toEqual([
      2,
      "guestbench: 127.0.0.1 port 1 shows no ssh host key: is it on, and is sshd running?",
    ]);
  });

  test("doctor: the host's findings with what to do there, and this machine's tools, once an address is configured", async () => {
    const values = Object.entries(sshd.access).map(([key, value]) => `  guestbench:${key}: "${value}"\n`);
    writeFileSync(join(dir, `Pulumi.${stack}.yaml`), `config:\n${values.join("")}`);
    const { stdout } = await guestbench("doctor", "--stack", stack, "--json");
    const { checks } = JSON.parse(stdout) as { checks: Record<"id" | "status" | "detail" | "where", string>[] };
    const there = checks.filter(({ where }) => where === `${sshd.access.user}@127.0.0.1`);
    expect(there.map(({ id }) => id)).toEqual([
      ...["root", "cpus", "memory", "accelerator", "vhost", "huge-pages", "docker", "libvirt", "qemu"],
      ...["network-ovs", "network-ovs-dpdk"],
      ...["disk", "host-packages", "declared"],
    ]);
    expect(there.at(-1)).toMatchObject({ status: "warn" });
    expect(there.at(-1)?.detail).toContain(`${probeHost().cpus} CPUs instead of 999`);
    expect(checks.find(({ id }) => id === "node")?.where).toBe("this machine");
  });
});
