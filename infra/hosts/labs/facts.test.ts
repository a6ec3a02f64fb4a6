import { expect, test } from "vitest";
import { assumedFacts } from "./facts.ts";
import { labKinds } from "./kinds.ts";

const size = { cpus: 2, memoryMiB: 3072 };

test.each(labKinds)("what is assumed of %s follows from its size and name", (kind) => {
  const { facts } = assumedFacts(kind, size);
  expect(facts).toMatchObject({ hostname: `lab-${kind}`, cpus: 2 });
  expect(assumedFacts(kind, { ...size, name: "testbed", cpus: 4 }).facts).toEqual({
    ...facts,
    hostname: "testbed",
    cpus: 4,
  });
});

test("memory is what the kernel leaves; Xen tells what the machine has", () => {
  const memory = (kind: (typeof labKinds)[number], memoryMiB: number) =>
    assumedFacts(kind, { cpus: 1, memoryMiB }).facts.memoryMiB;
  expect([2048, 3072, 4096].map((mib) => memory("kvm", mib))).toEqual([1980, 2985, 3926]);
  expect([2048, 4096].map((mib) => memory("xen", mib))).toEqual([2047, 4095]);
});

test("hosts with KVM say so; a host with Xen has none", () => {
  expect(labKinds.map((kind) => assumedFacts(kind, size).accelerator.name)).toEqual(["kvm", "tcg", "kvm"]);
});

test("nobody can change what the next one gets", () => {
  assumedFacts("kvm", size).facts.hugePageSizes.push("3MiB");
  assumedFacts("kvm", size).facts.tools.qemu = "0";
  expect(assumedFacts("kvm", size).facts.hugePageSizes).toEqual(["2MiB", "1GiB"]);
  expect(assumedFacts("kvm", size).facts.tools.qemu).not.toBe("0");
});
