import { describe, expect, test } from "vitest";
import type { DoctorCheck } from "../doctor.ts";
import { wantedPackages } from "../toolchain/debian.ts";
import { type DeclaredHost, declaredFacts } from "./declared.ts";
import { missingOnHost } from "./packages.ts";
import { type Findings, remoteChecks } from "./remote-checks.ts";

const declared: DeclaredHost = {
  ...{ architecture: "x86_64", cpuModel: "a CPU", cpus: 4, memoryMiB: 8192, accelerator: "kvm", notes: [] },
};
const qemu: DoctorCheck = { id: "qemu", title: "QEMU", status: "missing", detail: "", remedy: "guestbench setup" };
const findings: Findings = {
  checks: [qemu, { ...qemu, id: "docker", status: "ok", remedy: null }, { ...qemu, id: "disk" }],
  facts: declaredFacts("demo", declared),
  accelerator: { name: "kvm", reason: "" },
  freeGiB: 100,
  missing: [],
  declared,
};
const checksOf = (change: Partial<Findings>) =>
  Object.fromEntries(remoteChecks("root@rack7", { ...findings, ...change }).map((check) => [check.id, check]));

/** A host whose dpkg says this. */
const hostSaying = (text: string) => ({ name: "rack7", prefix: ["ssh"], sh: () => text });
const entry = (name: string, status = "install ok installed") => `Package: ${name}\nStatus: ${status}\nProvides: \n\n`;

describe("Debian packages of the host", () => {
  const wanted = wantedPackages(["host"], "x64").map(({ name }) => name);

  test("are part of what this machine needs", () => {
    const here = wantedPackages(["base"], "x64").map(({ name }) => name);
    expect(wanted.filter((name) => !here.includes(name))).toEqual([]);
    expect(wanted).toContain("qemu-system-x86");
    expect(wanted).not.toContain("mmdebstrap");
    expect(wantedPackages(["host"], "arm64").map(({ name }) => name)).toContain("qemu-system-arm");
  });

  test("are missing where dpkg does not know them as installed", () => {
    const most = wanted.filter((name) => name !== "iperf3").map((name) => entry(name));
    const said = [...most, entry("iperf3", "deinstall ok config-files")].join("");
    expect(missingOnHost(hostSaying(said), "x86_64")?.map(({ name }) => name)).toEqual(["iperf3"]);
    expect(missingOnHost(hostSaying(wanted.map((name) => entry(name)).join("")), "x86_64")).toEqual([]);
    expect(missingOnHost(hostSaying("\n"), "x86_64")).toBeNull();
  });

  test("come with the line to install them there, also for what lacks them", () => {
    const missing = wantedPackages(["host"], "x64").filter(({ name }) => /^(iperf3|kmod)$/.test(name));
    const line = "there: apt-get install --no-install-recommends iperf3 kmod";
    expect(checksOf({ missing })["host-packages"]).toMatchObject({ status: "missing", remedy: line });
    expect(checksOf({ missing }).qemu?.remedy).toBe(line);
    expect(checksOf({ missing }).docker?.remedy).toBeNull();
    expect(checksOf({ missing: null })["host-packages"]).toMatchObject({ status: "missing" });
  });
});

test("disk space is looked at where the copies go, once", () => {
  expect(checksOf({}).disk).toMatchObject({ status: "ok", where: "root@rack7", remedy: null });
  expect(checksOf({ freeGiB: 1 }).disk).toMatchObject({ status: "warn", remedy: "free 5 GiB" });
});

describe("the host as declared", () => {
  test.each<[string, Partial<Findings>, string | null]>([
    ["it", {}, null],
    ["its memory less what Linux keeps", { facts: { ...findings.facts, memoryMiB: 7900 } }, null],
    ["less memory", { facts: { ...findings.facts, memoryMiB: 4096 } }, "4096 MiB instead of 8192 MiB"],
    ["more CPUs", { facts: { ...findings.facts, cpus: 8 } }, "8 CPUs instead of 4"],
    ["ARMv8", { facts: { ...findings.facts, architecture: "arm64" } }, "arm64 instead of x86_64"],
    ["no KVM", { accelerator: { name: "tcg", reason: "" } }, "no KVM that boots a guest"],
    ["no Xen", { declared: { ...declared, accelerator: "xen" } }, "not under Xen"],
  ])("%s", (_, change, differs) => {
    const check = checksOf(change).declared;
    expect(check?.status).toBe(differs === null ? "ok" : "warn");
    if (differs !== null) expect(check?.detail).toBe(differs);
  });

  test("of a study that names no machine, a larger one is as good", () => {
    const { cpuModel: _, ...unnamed } = declared;
    const larger = { ...findings.facts, cpus: 64, memoryMiB: 262_144 };
    expect(checksOf({ declared: unnamed, facts: larger }).declared?.status).toBe("ok");
    expect(checksOf({ declared: unnamed, facts: { ...larger, cpus: 2 } }).declared?.status).toBe("warn");
  });

  test("nothing is compared where nothing is declared", () => {
    expect(checksOf({ declared: undefined }).declared).toBeUndefined();
  });
});
