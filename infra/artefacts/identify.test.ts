import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { identify, refusal } from "./identify.ts";
import { elfOf, kernelOf } from "./test-files.ts";

const arm64Kernel = () => {
  const head = Buffer.alloc(64);
  head.write("ARM\x64", 0x38, "latin1");
  return head;
};

test.each([
  ["this very node", elfOf(62), { format: "elf", architecture: "x86_64" }],
  ["an ELF for ARMv8", elfOf(183), { format: "elf", architecture: "arm64" }],
  ["an ELF for something else", elfOf(243), { format: "elf", architecture: "ELF machine 243" }],
  ["a kernel for x86-64", kernelOf(1), { format: "x86-kernel", architecture: "x86_64" }],
  ["a kernel for 32-bit x86", kernelOf(0), { format: "x86-kernel", architecture: "i386" }],
  ["a kernel for ARMv8", arm64Kernel(), { format: "arm64-kernel", architecture: "arm64" }],
  ["text", Buffer.from("#!/bin/sh\n"), { format: "unknown", architecture: null }],
  ["nothing", Buffer.alloc(0), { format: "unknown", architecture: null }],
])("%s", (_, head, identity) => {
  expect(identify(head)).toEqual(identity);
});

test("a packed kernel is known by what it holds, also where only its beginning is read", () => {
  const packed = gzipSync(Buffer.concat([elfOf(62), Buffer.alloc(1 << 20, "x")]));
  expect(identify(packed)).toMatchObject({ format: "gzip", holds: { format: "elf", architecture: "x86_64" } });
  expect(identify(packed.subarray(0, 600))).toMatchObject({ holds: { format: "elf" } });
  expect(identify(Buffer.from("\x1f\x8bbroken", "latin1"))).toMatchObject({ holds: { format: "unknown" } });
});

test.each([
  ["a kernel that is none", Buffer.from("hello"), "kernel", "x86_64", "is not a kernel: neither ELF nor Linux"],
  ["a program that is none", kernelOf(1), "program", "x86_64", "is not an ELF program"],
  ["a disk that is none", elfOf(62), "disk", null, "is not a disk image: neither a boot sector nor qcow2"],
  ["an archive that is none", elfOf(62), "archive", null, "is not an archive: neither tar, gzip, xz, bzip2 nor zip"],
  ["the wrong architecture", elfOf(183), "kernel", "x86_64", "is for arm64, not for x86_64"],
  ["the wrong architecture, packed", gzipSync(elfOf(62)), "kernel", "arm64", "is for x86_64, not for arm64"],
  ["the right one", elfOf(62), "kernel", "x86_64", null],
  ["a 32-bit loader on x86-64", elfOf(3), "kernel", "x86_64", null],
  ["anything", Buffer.from("hello"), "file", "x86_64", null],
] as const)("%s", (_, head, kind, architecture, why) => {
  expect(refusal(head, kind, architecture)).toBe(why);
});
