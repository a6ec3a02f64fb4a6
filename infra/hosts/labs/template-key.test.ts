import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { templateVariable } from "./template-key.ts";

let bin = "";
const emulator = (version: string) => {
  writeFileSync(join(bin, "qemu-system-x86_64"), `#!/bin/sh\necho QEMU emulator version ${version}\n`);
  chmodSync(join(bin, "qemu-system-x86_64"), 0o755);
};
const folder = (size: Parameters<typeof templateVariable>[0], image = "/cache/images/lab-kvm-1") =>
  spawnSync("/bin/sh", ["-euc", `${templateVariable(size, image)}; echo "$template"`], {
    encoding: "utf8",
  }).stdout.trim();
const size = { kind: "kvm", cpus: 2, memoryMiB: 3072 } as const;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "emulator-"));
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  vi.stubEnv("GUESTBENCH_CACHE", "/cache");
  emulator("7.2.22");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
});

test("a template is found by all that its copies must share, and by nothing else", () => {
  const first = folder(size);
  expect(first).toMatch(/^\/cache\/lab-templates\/kvm-[0-9a-f]{16}-[0-9a-f]{8}$/);
  expect(folder({ ...size, ...{ name: "other", sshPort: 1 } })).toBe(first);
  expect(folder(size, "/elsewhere/lab-kvm-1")).toBe(first);
  const others = [
    folder({ ...size, cpus: 4 }),
    folder({ ...size, memoryMiB: 2048 }),
    folder({ ...size, kind: "xen" }),
    folder(size, "/cache/images/lab-kvm-2"),
  ];
  emulator("8.0.0");
  others.push(folder(size));
  expect(new Set([first, ...others]).size).toBe(6);
});
