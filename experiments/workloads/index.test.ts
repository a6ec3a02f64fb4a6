import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../infra/errors.ts";
import { findWorkload, workloads } from "./index.ts";

describe("the registry of workloads", () => {
  it("holds every workload file, under the file's name", async () => {
    const files = readdirSync(new URL(".", import.meta.url)).filter(
      (name) =>
        name.endsWith(".ts") &&
        !name.endsWith(".test.ts") &&
        !["index.ts", "registry.ts", "workload.ts"].includes(name),
    );
    expect(files).not.toEqual([]);
    for (const file of files) {
      const { default: workload } = await import(new URL(file, import.meta.url).href);
      expect(workloads, `${file} has no line in registry.ts`).toContain(workload);
      expect(`${workload.name}.ts`).toBe(file);
    }
    expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
  });

  it("finds by name or says what is nearest", () => {
    expect(findWorkload("iperf3").unit).toBe("Gbit/s");
    expect(() => findWorkload("hackbnch")).toThrow(ConfigError);
    expect(() => findWorkload("hackbnch")).toThrow('unknown workload "hackbnch"; did you mean "hackbench"?');
    expect(() => findWorkload("unixbench-5")).toThrow(/known: .*hackbench, /);
  });
});
