/**
 * Images that the user gives, from files to a measured guest, with the closest real thing that packages make: the busybox
 * image's kernel and initramfs in the place of a unikernel. It answers at its address like one; nothing of it is a result.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestbenchWith, hostState, journal, latestCampaign, project } from "./cli.ts";

const stacks = mkdtempSync(join(tmpdir(), "guestbench-given-"));
const guestbench = (...args: string[]) => guestbenchWith({ GUESTBENCH_STACKS: stacks }, ...args);

function writeStack(kernel: object, initrd: object): void {
  const stack = {
    description: "a static Linux in the place of a unikernel",
    networks: {
      lan: {
        type: "tap-bridge",
        bridge: "gbgiven0",
        namespace: "gb-given",
        subnet: "198.18.211.0/24",
        hostAddress: "198.18.211.1",
        clientAddress: "198.18.211.2",
      },
    },
    images: {
      "stand-in": { type: "linuxkit", application: "iperf", version: "stand-in", kernel, initrd, cmdline: "quiet" },
    },
    guests: {
      given: { platform: "kvm", image: "stand-in", address: "198.18.211.10", hugePages: "none", memoryMiB: 512 },
      osv: { platform: "kvm", image: "osv", address: "198.18.211.11", hugePages: "none" },
    },
  };
  writeFileSync(join(stacks, "given.ts"), `export default ${JSON.stringify(stack)};\n`);
}

describe("an image that the user gives", () => {
  let before: string;
  let kernel: { file: string; sha256: string };
  let initrd: { file: string; sha256: string };

  beforeAll(async () => {
    const { stdout } = await execa(process.execPath, ["infra/images/build.ts", "busybox"], { cwd: project });
    const { dir } = JSON.parse(stdout) as { dir: string };
    const artefact = (name: string) => {
      const file = join(dir, name);
      return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
    };
    kernel = artefact("vmlinuz");
    initrd = artefact("initramfs.img");
    before = await hostState();
  });
  afterAll(async () => {
    await guestbench("recover", "--stack", "given");
    rmSync(stacks, { recursive: true, force: true });
  });

  it.each([
    [
      "a wrong checksum",
      () => [kernel, { ...initrd, sha256: "0".repeat(64) }],
      /images\.stand-in: initrd: .* has SHA-256/,
    ],
    ["what is no kernel", () => [initrd, initrd], /images\.stand-in: kernel: .* is not a kernel/],
    [
      "a missing file",
      () => [kernel, { ...initrd, sha256: "1".repeat(64), file: "/nonexistent" }],
      /\/nonexistent is not there/,
    ],
  ] as const)("%s is refused before anything starts", async (_, files, words) => {
    const [first, second] = files();
    writeStack(first as object, second as object);
    const { code, stderr, stdout } = await guestbench("up", "--stack", "given");
    expect(stdout + stderr).toMatch(words);
    expect(code).toBe(2);
    expect(await hostState()).toBe(before);
  });

  it("boots, is ready by its first reply, is measured from outside, and leaves nothing", async () => {
    writeStack(kernel, initrd);
    const specs = ["nfvrg2016/rtt", "nfvrg2016/instantiation", "nfvrg2016/image-size"];
    const { code, stdout, stderr } = await guestbench(
      "run",
      ...specs,
      "--stack",
      "given",
      "--min-boots",
      "1",
      "--max-boots",
      "1",
    );
    expect(code, stdout + stderr).toBe(0);
    const events = journal(latestCampaign());
    const finished = events.filter(({ event }) => event === "run.finished").map(({ cell }) => cell as string);
    expect(finished.map((cell) => cell.split("|")[0])).toEqual(["given", "given", "given"]);
    const { skipped } = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    const reasons = new Set(
      skipped.map(({ guest, reason }: { guest: string; reason: string }) => `${guest}: ${reason}`),
    );
    expect([...reasons]).toEqual([
      "osv: needs an artefact: OSv's loader-stripped.elf and usr.img, in the stack's images",
    ]);
    expect(await hostState()).toBe(before);
  });
});
