import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Combination, matrixAnywhere, matrixOf } from "../../infra/matrix.ts";
import { listStacks, loadStack } from "../../infra/provision.ts";
import { workloads } from "../workloads/index.ts";
import { cellsOf, linesOf, supportTable } from "./support.ts";

const all = matrixAnywhere();
const find = (platform: string, image: string, network: string) =>
  all.find((one) => one.platform === platform && one.image === image && one.network === network);

describe("what the registries declare", () => {
  test("combinations have the status that planning would give them", () => {
    expect(find("kvm", "busybox", "tap-bridge")).toMatchObject({ status: "here", reason: null });
    expect(find("kvm", "busybox", "tap-bridge")?.runsOn).toContain("lab-arm64");
    expect(find("kvm", "tinyx", "tap-bridge")?.runsOn).not.toContain("lab-arm64");
    expect(find("docker", "tinyx", "tap-bridge")).toMatchObject({
      status: "impossible",
      reason: "image tinyx has no file system that a container could run",
    });
    expect(find("kvm", "debian", "vosyswitch")).toMatchObject({ status: "artefact", offer: null });
    expect(find("bare-metal", "debian", "vosyswitch")).toMatchObject({ status: "impossible" });
  });

  test("every combination runs somewhere, or says why not", () => {
    expect(all.length).toBeGreaterThan(100);
    for (const { status, runsOn, reason } of all)
      expect(runsOn.length > 0 ? ["here", "lab"].includes(status) : reason !== null && reason !== "").toBe(true);
  });

  test("a workload that a guest cannot have is impossible there", () => {
    const cells = cellsOf(all, workloads).filter((cell) => cell.platform === "bare-metal" && cell.image === "debian");
    const [memory] = cells.filter((cell) => cell.workload === "memory" && cell.network === "tap-bridge");
    expect(memory).toMatchObject({ status: "impossible", reason: "nothing boots: this guest is always on" });
    expect(cellsOf(all, workloads)).toHaveLength(all.length * workloads.length);
  });
});

test("lines hold every combination once", () => {
  const held = linesOf(all, workloads).flatMap(({ platforms, images, networks }) =>
    platforms.flatMap((p) => images.flatMap((i) => networks.map((n) => `${p} ${i} ${n}`))),
  );
  expect(held.sort()).toEqual(all.map(({ platform, image, network }) => `${platform} ${image} ${network}`).sort());
});

test("what is missing is one sentence below the table", () => {
  const one: Combination = {
    ...(all[0] as Combination),
    status: "planned",
    runsOn: [],
    reason: "not in this version: a; needs an artefact: b",
  };
  expect(supportTable([one], workloads).split("\n").at(-1)).toBe("Declared, and not in this version: a.");
});

test.each(listStacks().filter((name) => /^[a-z]+20\d\d/.test(name)))("every guest of %s has a status", async (name) => {
  const stack = await loadStack(name);
  const found = matrixOf(stack);
  expect(found.map(({ guest }) => guest)).toEqual(Object.keys(stack.guests));
  for (const { runsOn, reason } of found) expect(runsOn.length > 0 || reason).toBeTruthy();
});

test("the README shows what the registries declare: `guestbench matrix --markdown` prints its table", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const shown = /<!-- support: begin [^>]*-->\n(.*?)\n?<!-- support: end -->/s.exec(readme)?.[1];
  expect(shown).toBe(supportTable(all, workloads));
});
