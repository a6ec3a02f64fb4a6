import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../infra/errors.ts";
import { findWorkload } from "../workloads/index.ts";
import { findSpec, findSpecs, specs } from "./index.ts";

/** Files of the registry's own and what the specs of one study share. */
const notSpecs = /(^|\/)(index|iozone|quick|registry|spec|study)\.ts$|\.test\.ts$/;

describe("the registry of specs", () => {
  it("holds every spec file, under the file's path", async () => {
    const files = readdirSync(new URL(".", import.meta.url), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !notSpecs.test(path))
      .sort();
    const found = await Promise.all(
      files.map(async (path) => {
        const { default: spec } = await import(new URL(path, import.meta.url).href);
        expect(specs, `${path} has no line in registry.ts`).toContain(spec);
        return `${spec.name}.ts`;
      }),
    );
    expect(found).toEqual(files);
    expect(specs.map(({ name }) => `${name}.ts`).sort()).toEqual(files);
  });

  it.each(specs)("$name asks for workloads that exist, with valid parameters", (spec) => {
    const cells = spec.workloads.map(({ workload, parameters }) => {
      const found = findWorkload(workload);
      const parsed = found.parameters.safeParse(parameters);
      expect(parsed.error, `${workload} ${JSON.stringify(parameters)}`).toBeUndefined();
      return found.label(parsed.data ?? {});
    });
    expect(cells).not.toEqual([]);
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(specs)("$name has a stop rule that can end, and says where it comes from", (spec) => {
    expect(spec.minBoots).toBeGreaterThan(0);
    expect(spec.maxBoots).toBeGreaterThanOrEqual(spec.minBoots);
    expect(spec.precision).toBeGreaterThan(0);
    expect(spec.precision).toBeLessThan(1);
    expect(spec.method.length).toBeGreaterThan(40);
    expect(spec.study).toBe(spec.name.includes("/") ? spec.name.split("/")[0] : null);
    expect(spec.figure === null).toBe(spec.study === null);
    expect(spec.published === null).toBe(spec.study === null);
    for (const said of Object.values(spec.published ?? {})) expect(said).not.toHaveLength(0);
  });

  it("re-runs raho2015's 40 to 640 tasks", () => {
    const labels = findSpec("raho2015/hackbench").workloads.map(({ workload, parameters }) =>
      findWorkload(workload).label(findWorkload(workload).parameters.parse(parameters)),
    );
    expect(labels).toEqual([40, 80, 160, 320, 640].map((tasks) => `hackbench ${tasks} tasks`));
  });

  it("takes quickstart through every workload", () => {
    const used = findSpec("quickstart").workloads.map(({ workload }) => workload);
    expect([...new Set(used)].sort()).toEqual(["hackbench", "image-size", "instantiation", "iperf3", "memory", "rtt"]);
  });
});

describe("findSpecs", () => {
  it("keeps the order and drops repetitions", () => {
    const names = findSpecs(["nfvrg2016/rtt", "quickstart", "nfvrg2016/rtt"]).map(({ name }) => name);
    expect(names).toEqual(["nfvrg2016/rtt", "quickstart"]);
  });

  it("takes a study's name for all its specs, each once", () => {
    const names = findSpecs(["nfvrg2016/rtt", "nfvrg2016"]).map(({ name }) => name);
    expect(names[0]).toBe("nfvrg2016/rtt");
    expect([...names].sort()).toEqual(
      ["image-size", "instantiation", "memory", "rtt", "throughput"].map((name) => `nfvrg2016/${name}`),
    );
    expect(() => findSpecs(["nfvrg2015"])).toThrow('unknown spec "nfvrg2015"; did you mean "nfvrg2016"?');
  });

  it("names every unknown spec with the nearest one", () => {
    expect(() => findSpec("quickstrat")).toThrow(ConfigError);
    expect(() => findSpec("quickstrat")).toThrow('unknown spec "quickstrat"; did you mean "quickstart"?');
    expect(() => findSpecs(["rtt", "nfvrg2016/memori"])).toThrow(
      /^2 problems:\n {2}- .*"nfvrg2016\/rtt"\? .*\n {2}- .*"nfvrg2016\/memory"\? .*$/,
    );
    expect(() => findSpec("zzzzzzzzzzzzz")).toThrow(/known: .*quickstart/);
  });
});
