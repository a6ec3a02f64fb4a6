import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { shellProblems } from "../shell-check.ts";
import { driftReport, driftScript, parseDrift } from "./drift.ts";
import { settings, settingsSchema } from "./index.ts";
import { onHost, run } from "./on-host.ts";
import { planSettings } from "./plan.ts";
import { parseSettings, probeSettingsScript } from "./probe.ts";
import { type HostName, hostNames, KERNEL, recordedHost } from "./recorded-host.ts";

describe("the registry", () => {
  const files = readdirSync(import.meta.dirname);
  /** Setting → the file that defines it. */
  const declared = new Map(
    files
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .flatMap((file) => {
        const source = readFileSync(join(import.meta.dirname, file), "utf8");
        const definitions = source.matchAll(/^export const (\w+) = (?:defineSetting|fileSetting)\(/gm);
        return [...definitions].map(([, name = ""]) => [name, file] as const);
      }),
  );

  test("has every setting of this folder, under its own name", () => {
    expect(Object.keys(settings).toSorted()).toEqual([...declared.keys()].toSorted());
    for (const [name, setting] of Object.entries(settings)) expect(setting.name).toBe(name);
  });

  test.each(Object.entries(settings))(
    "%s has a test of its own, and a schema that says what it is",
    (name, { schema }) => {
      expect(files).toContain(declared.get(name)?.replace(/\.ts$/, ".test.ts"));
      const fields = Object.values((schema as { shape?: Record<string, z.ZodType> }).shape ?? {});
      expect([schema, ...fields].some(({ description }) => description)).toBe(true);
    },
  );
});

describe("a stack's settings", () => {
  const problems = (input: unknown) =>
    settingsSchema.safeParse(input).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  test("nothing is set unless it is named", () => {
    expect(settingsSchema.parse({})).toEqual({ bestEffort: [] });
  });

  test("a whole block reads as it is written", () => {
    const wanted = {
      smt: false,
      governor: "performance",
      turbo: false,
      maxCStateLatencyUs: 10,
      hugePages: { "2MiB": { node0: 512 }, "1GiB": 2 },
      irqAffinity: "0-1",
      cpuIsolation: { cpus: "2-3" },
      bestEffort: ["turbo", "smt"],
    };
    expect(settingsSchema.parse(wanted)).toEqual({ ...wanted, cpuIsolation: { cpus: "2-3", partition: "isolated" } });
  });

  test.each([
    [{ governer: "performance" }, [expect.stringContaining("governer")]],
    [{ governor: "fast" }, [expect.stringContaining("governor:")]],
    [{ swappiness: 201 }, [expect.stringContaining("swappiness:")]],
    [{ bestEffort: ["turbo"] }, ["bestEffort.0: turbo is not among the settings"]],
    [
      { hugePages: { "2MiB": { numa0: 4 } } },
      ["hugePages.2MiB: expected a number of pages, or pages of each NUMA node such as { node0: 512 }"],
    ],
    [{ irqAffinity: "3-1" }, [expect.stringContaining("irqAffinity:")]],
  ])("%j is refused", (input, expected) => {
    expect(problems(input)).toEqual(expected);
  });
});

describe.each(hostNames)("one look at the %s host", (name) => {
  const look = () => {
    const host = recordedHost(name);
    const { stdout, stderr, status } = run(host, `${KERNEL}${probeSettingsScript()}`);
    return { probed: parseSettings(stdout), stderr, status };
  };

  test("says all it has, as recorded", () => {
    const { probed, stderr, status } = look();
    expect([stderr, status]).toEqual(["", 0]);
    expect(
      Object.fromEntries(Object.entries(probed).map(([key, found]) => [key, found?.description ?? null])),
    ).toMatchSnapshot();
  });
});

describe("a plan", () => {
  const planOn = (name: HostName, wanted: object) => {
    const host = recordedHost(name);
    const probed = parseSettings(run(host, `${KERNEL}${probeSettingsScript()}`).stdout);
    return planSettings("demo", settingsSchema.parse(wanted), probed);
  };
  const wanted = { swappiness: 0, turbo: false, governor: "performance", smt: false };

  test("on a host that has it all: in the order of the registry", () => {
    const { objects, refusals, lacking } = planOn("intel", wanted);
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "setting smt",
      "setting governor",
      "setting turbo",
      "setting swappiness",
    ]);
    expect([refusals, lacking]).toEqual([[], []]);
  });

  test("what a host lacks refuses it, or is reported where the stack can go without", () => {
    const { objects, refusals, lacking } = planOn("arm", { ...wanted, bestEffort: ["turbo", "smt"] });
    // what is declared does not depend on the host: those that it lacks are made, and change nothing
    expect(objects.map(({ name }) => name)).toEqual(["smt", "turbo", "swappiness"]);
    expect(refusals).toEqual([
      "host.settings.governor: this host has no CPU frequency governor; name it in bestEffort to go without",
    ]);
    expect(lacking).toEqual([
      "smt: this host has no switch for simultaneous multithreading",
      "turbo: this host has no turbo or boost switch",
    ]);
  });
});

test("a shell can read the scripts about all settings", () => {
  expect([probeSettingsScript(), driftScript("demo")].map(shellProblems)).toEqual(["", ""]);
});

test("output that was cut off is no answer", () => {
  expect(() => parseSettings("== smt\n")).toThrow("the probe of the host's settings did not finish");
  expect(() => parseDrift("governor\t/a\tb\tc\thands\td\n")).toThrow(
    "the comparison of the host's settings did not finish",
  );
});

test("drift of several settings is one sentence each", () => {
  const host = recordedHost("intel");
  onHost(host, settings.governor, "performance").create();
  onHost(host, settings.ksm, true).create();
  onHost(host, settings.swappiness, 0).create();
  for (const cpu of [0, 3]) host.write(`/sys/devices/system/cpu/cpufreq/policy${cpu}/scaling_governor`, "powersave\n");
  host.write("/sys/kernel/mm/ksm/run", "0\n");
  expect(driftReport(parseDrift(run(host, driftScript("demo")).stdout))).toEqual([
    "governor: /sys/devices/system/cpu/cpufreq/policy0/scaling_governor was set to performance and is powersave (and 1 more): changed by other hands, left alone; destroy and up apply it again",
    "ksm: /sys/kernel/mm/ksm/run was set to 1 and is 0: changed by other hands, left alone; destroy and up apply it again",
  ]);
  expect(parseDrift(run(host, driftScript("other")).stdout)).toEqual([]);
});
