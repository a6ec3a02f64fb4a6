import { describe, expect, test } from "vitest";
import { labKinds, labPlatforms } from "./kinds.ts";
import { cloneCommands, type LabInstance, type LabStart, labArgv, labId, labMac } from "./qemu.ts";

const paths = { console: "/run/console", pidFile: "/run/pid", log: "/run/log", disk: "/state/disk.qcow2" };
const instance = (kind: LabInstance["kind"]): LabInstance => ({
  kind,
  name: "testbed",
  cpus: 2,
  memoryMiB: 3072,
  sshPort: 22_000,
});
const starts: LabStart[] = [
  { how: "boot" },
  { how: "record", memoryFile: "/template/memory", control: "/template/control" },
  { how: "clone", memoryFile: "/template/memory" },
];
/** One option a line, so that a change is seen where it is. */
const lines = (argv: string[]) => argv.join("\n").replaceAll(/\n(?!-)/g, " ");

test.each(labKinds)("command line of a cold boot: %s", (kind) => {
  expect(lines(labArgv(instance(kind), paths, "/image", { how: "boot" }))).toMatchSnapshot();
});

describe.each(labKinds)("a copy of a template: %s", (kind) => {
  const [boot, record, clone] = starts.map((start) => labArgv(instance(kind), paths, "/image", start));

  test("has the devices that the template had", () => {
    const devices = (argv: string[] = []) =>
      argv.filter((_, i) => ["-device", "-drive", "-cpu"].includes(argv[i - 1] ?? ""));
    expect(devices(record)).toHaveLength(5);
    expect(devices(clone)).toEqual(devices(record));
    expect(devices(boot)).toEqual(devices(record));
  });

  test("reads the memory that the template wrote, and leaves it as it is", () => {
    const memory = (argv: string[] = []) => argv[argv.indexOf("-object") + 1];
    expect(memory(record)).toBe("memory-backend-file,id=mem,size=3072M,mem-path=/template/memory,share=on");
    expect(memory(clone)).toBe("memory-backend-file,id=mem,size=3072M,mem-path=/template/memory,share=off");
    expect(boot).not.toContain("-object");
  });
});

test("what a copy is told: memory is there, the rest comes from the state", () => {
  const commands = cloneCommands("/template/state").map((line) => JSON.parse(line));
  expect(commands.map(({ execute }) => execute)).toEqual([
    "qmp_capabilities",
    "migrate-set-capabilities",
    "migrate-incoming",
  ]);
  expect(commands[2].arguments.uri).toBe("exec:cat /template/state");
});

test("addresses are QEMU's, and follow from the name", () => {
  expect(labMac("a")).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(labMac("a")).toBe(labMac("a"));
  expect(labMac("a")).not.toBe(labMac("b"));
  expect(labId("a")).toMatch(/^[0-9a-f]{32}$/);
  expect(labId("a")).not.toBe(labId("b"));
});

test("every kind names the packages that its emulator is in", () => {
  const packages = { "qemu-system-x86_64": "qemu-system-x86", "qemu-system-aarch64": "qemu-system-arm" };
  for (const { emulator, packages: wanted } of Object.values(labPlatforms))
    expect(wanted).toContain(packages[emulator as keyof typeof packages]);
});
