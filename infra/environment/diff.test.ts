import { describe, expect, test } from "vitest";
import { diffEnvironments, groupTitles, labelOf, sentences } from "./diff.ts";
import { type Environment, environmentSchema, groups, renderEnvironment } from "./schema.ts";
import { testEnvironment } from "./testing.ts";

const diff = (change: (environment: Environment) => void) =>
  diffEnvironments(testEnvironment(), testEnvironment(change));

describe("what differs", () => {
  test("nothing, between an environment and itself", () => {
    expect(diff(() => {})).toEqual({ differences: [], notCompared: [] });
  });

  test("groups come in the order in which they matter, and fields of one in theirs", () => {
    const { differences } = diff((environment) => {
      environment.toolchain.Node = "26";
      environment.guests = { ...environment.guests, "b.vm": testEnvironment().guests?.["a.vm"] as never };
      environment.tools.versions.qemu = "9.0";
      environment.settings.KSM = "1";
      environment.kernel.commandLine = "noisy";
      environment.kernel.release = "6.2";
      environment.firmware.mitigations.l1tf = "Vulnerable";
      environment.firmware.microcode = ["0x2"];
      environment.hardware.cpuFlags = ["fpu"];
      environment.hardware.memoryMiB = 4096;
      environment.hardware.cpuModel = "Other";
      environment.hardware.accelerator = "kvm";
    });
    expect(differences.map(({ group, path }) => `${group}: ${path.join(".")}`)).toEqual([
      ...["hardware: accelerator", "hardware: cpuModel", "hardware: memoryMiB", "hardware: cpuFlags"],
      ...["firmware: microcode", "firmware: mitigations.l1tf", "kernel: release", "kernel: commandLine"],
      ...["settings: KSM", "tools: versions.qemu", "guests: b.vm", "toolchain: Node"],
    ]);
  });

  test("every group has a title, and a change in any of them is seen", () => {
    for (const group of groups) {
      expect(groupTitles[group]).toMatch(/^[A-Z]/);
      const { differences } = diff((environment) => {
        Object.assign(environment, { [group]: { ...environment[group], added: "x" } });
      });
      expect(differences).toMatchObject([{ group, path: ["added"], before: null, after: "x" }]);
    }
  });

  test("a guest's definition line by line", () => {
    const { differences } = diff(({ guests }) => {
      (guests?.["a.vm"]?.definition as string[])[1] = "  <vcpu>2</vcpu>";
    });
    expect(differences).toMatchObject([
      { group: "guests", path: ["a.vm", "definition"], lines: ["-   <vcpu>1</vcpu>", "+   <vcpu>2</vcpu>"] },
    ]);
  });

  test("a stack that was down tells nothing of its guests: that is no difference", () => {
    const down = (environment: Environment) =>
      Object.assign(environment, {
        ...{ networks: null, images: null, guests: null },
        hardware: { ...environment.hardware, accelerator: null },
      });
    expect(diff(down)).toEqual({ differences: [], notCompared: ["networks", "images", "guests"] });
    const pending = diff((environment) => {
      delete down(environment).settings.KSM;
      environment.settings.swappiness = "1";
    });
    expect(pending.differences).toMatchObject([{ group: "settings", path: ["swappiness"] }]);
    expect(
      diff(({ settings }) => {
        delete settings.KSM;
      }).differences,
    ).toMatchObject([{ path: ["KSM"], after: null }]);
    expect(diffEnvironments(testEnvironment(down), testEnvironment(down)).notCompared).toEqual([]);
  });
});

test("sentences are few and short, and say how many there are", () => {
  const found = diff(({ settings, hardware }) => {
    for (let i = 0; i < 9; i++) settings[`s${i}`] = "x".repeat(200);
    hardware.cpuFlags = ["fpu"];
  });
  const lines = sentences(found, 4);
  expect(lines[0]).toBe("Hardware: CPU flags: - vme");
  expect(lines[1]).toMatch(/^Host settings: s0: was nothing, is x{79}…$/);
  expect(lines.at(-1)).toBe("and 6 more");
  expect(lines).toHaveLength(5);
});

test("a sentence on a list holds its lines where they are few", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
  const first = (cpuFlags: string[]) =>
    sentences(
      diff(({ hardware }) => Object.assign(hardware, { cpuFlags })),
      1,
    )[0];
  expect(first(["vme"])).toBe("Hardware: CPU flags: - fpu");
  expect(first(lines(9))).toBe("Hardware: CPU flags: 11 lines differ");
});

test("fields are called as people call them", () => {
  expect(labelOf(["cpuModel"])).toBe("CPU model");
  expect(labelOf(["transparentHugePages"])).toBe("transparent huge pages");
  expect(labelOf(["tinyx.kvm", "settings", "vhost"])).toBe("tinyx.kvm › settings › vhost");
});

describe("the document", () => {
  test("is written the same however its keys stand, groups first in their order", () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value) || value === null || typeof value !== "object"
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, reversed(inner)]),
          );
    const text = renderEnvironment(testEnvironment());
    expect(renderEnvironment(reversed(testEnvironment()) as Environment)).toBe(text);
    expect(Object.keys(JSON.parse(text))).toEqual(["schemaVersion", "stack", ...groups]);
    expect(text.endsWith("}\n")).toBe(true);
    expect(environmentSchema.parse(JSON.parse(text))).toEqual(testEnvironment());
  });

  test("of another version is refused in one sentence; of this version with every problem", () => {
    const problems = (value: unknown) => environmentSchema.safeParse(value).error?.issues.map(({ message }) => message);
    expect(problems({ schemaVersion: 1, stack: "local", host: {} })).toEqual([
      expect.stringMatching(/of version 1, this guestbench reads version 2/),
    ]);
    expect(problems({ schemaVersion: 2, stack: "local" })?.length).toBeGreaterThan(5);
  });
});
