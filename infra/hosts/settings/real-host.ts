/**
 * What settings have to do on a real kernel, as far as a host has them and lets them be changed: its sysctls, memory
 * management, interrupts and control groups. Everything is put back, also after a failure.
 */
import { afterEach, describe, expect, test } from "vitest";
import { hostStateDir, runtimeDir } from "../../toolchain/paths.ts";
import { hugePagePool } from "../huge-pages.ts";
import { type HostObject, renderCreate, renderRemove } from "../objects.ts";
import { driftScript, parseDrift } from "./drift.ts";
import { type SettingName, settings, settingsSchema } from "./index.ts";
import { settingObject } from "./object.ts";
import { planSettings } from "./plan.ts";
import { type ProbedSettings, parseSettings, probeSettingsScript } from "./probe.ts";
import type { Setting } from "./setting.ts";

interface RealHost {
  /** Runs a script there as root. */
  sh(script: string): { ok: boolean; status: number | null; stdout: string; stderr: string };
  /** Name of a stack that nobody has on that host. */
  stack: string;
  /** Whether CPUs may be taken away from whatever else runs there. */
  disposable: boolean;
}

/** A value that differs from what the host has, so that there is something to change; undefined where nothing is tried. */
function otherThanNow(name: SettingName, has: ProbedSettings, disposable: boolean): unknown {
  const { values = {}, readOnly = [] } = has[name] ?? {};
  const [now = ""] = Object.values(values);
  const choices: Partial<Record<SettingName, unknown>> = {
    swappiness: now === "7" ? 8 : 7,
    aslr: now === "2" ? "conservative" : "full",
    numaBalancing: now === "0",
    ksm: now !== "1",
    transparentHugePages: { enabled: now === "never" ? "madvise" : "never" },
    hugePages: { "2MiB": Number(now) + 3 },
    // without performance counters, some kernels let the file be written to, and refuse
    nmiWatchdog: now === "1" || readOnly.length > 0 ? now === "0" : undefined,
    bridgeNetfilter: now === "0",
    ...(disposable ? { smt: now !== "on", cpuIsolation: { cpus: "1" } } : {}),
  };
  return choices[name];
}

export function settingsOnRealHost({ sh, stack, disposable }: RealHost): void {
  const look = () => parseSettings(sh(probeSettingsScript()).stdout);
  const drift = () => parseDrift(sh(driftScript(stack)).stdout);
  const has = look();
  const wantedOf = (name: SettingName) => otherThanNow(name, has, disposable);
  const names = (Object.keys(settings) as SettingName[]).filter((name) => has[name] && wantedOf(name) !== undefined);
  const locked = names.filter((name) => (has[name]?.readOnly.length ?? 0) > 0);
  const changeable = names.filter(
    (name) => has[name] && (settings[name] as Setting).lacks(wantedOf(name), has[name]) === null,
  );

  const objectOf = (name: SettingName, wanted: unknown, required = true) =>
    settingObject(stack, settings[name] as Setting, settings[name].schema.parse(wanted), required);
  const make = (object: HostObject) => sh(`GENERATION=then\n${renderCreate(stack, object)}`);
  const remove = (object: HostObject) => sh(renderRemove(stack, object));
  const exists = (object: HostObject) => sh(object.exists).ok;

  describe("settings on a real host", () => {
    const made: ReturnType<typeof objectOf>[] = [];
    const apply = (...objects: ReturnType<typeof objectOf>[]) => {
      made.push(...objects);
      return objects.map((object) => make(object));
    };
    afterEach(() => {
      for (const object of made.splice(0).toReversed()) sh(object.remove);
      sh(`rm -rf ${hostStateDir(stack)} ${runtimeDir(stack)}; rmdir /run/guestbench /var/lib/guestbench`);
    });

    test("the probe says the same twice, and there is something to change", () => {
      expect(look()).toEqual(has);
      expect(changeable.length).toBeGreaterThan(0);
    });

    test.each(changeable)("%s: changed, and put back", (name) => {
      const object = objectOf(name, wantedOf(name));
      expect(apply(object)).toMatchObject([{ ok: true, stderr: "" }]);
      expect(look()[name]).not.toEqual(has[name]);
      expect(exists(object)).toBe(true);
      expect(drift()).toEqual([]);
      expect(apply(object)).toMatchObject([{ ok: true, stderr: "" }]);
      expect(remove(object)).toMatchObject({ ok: true, stderr: "" });
      expect(look()).toEqual(has);
      // what was touched is noted for the attestation
      expect(sh(`find ${hostStateDir(stack)} -type f ! -path "*/touched/*"`).stdout).toBe("");
    });

    test("all of them at once, as a stack would have them", () => {
      const wanted = Object.fromEntries(changeable.map((name) => [name, wantedOf(name)]));
      const { objects, refusals } = planSettings(stack, settingsSchema.parse(wanted), has);
      expect(refusals).toEqual([]);
      for (const one of apply(...objects)) expect(one).toMatchObject({ ok: true, stderr: "" });
      expect(drift()).toEqual([]);
      for (const object of objects.toReversed()) expect(remove(object)).toMatchObject({ ok: true, stderr: "" });
      expect(look()).toEqual(has);
    });

    test("a value of other hands is reported, and stays", () => {
      const file = "/proc/sys/vm/swappiness";
      const found = sh(`cat ${file}`).stdout;
      const object = objectOf("swappiness", 12);
      try {
        apply(object);
        sh(`echo 123 >${file}`);
        expect(drift()).toEqual([
          { setting: "swappiness", path: file, found, applied: "12", now: "123", restarted: false },
        ]);
        expect(remove(object)).toMatchObject({
          ok: true,
          stderr: `${file} was set to 12 and is 123 now, changed by other hands: left alone (it was found as ${found})`,
        });
        expect(sh(`cat ${file}`).stdout).toBe("123");
      } finally {
        sh(`echo ${found} >${file}`);
      }
    });

    test.runIf(has.hugePages)("the guests' huge pages come on top of a floor, and go again", () => {
      const file = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
      const size = () => Number(sh(`cat ${file}`).stdout);
      const before = size();
      const floor = objectOf("hugePages", { "2MiB": before + 4 });
      const guests = hugePagePool(stack, "2MiB", 2);
      expect(apply(floor, guests)).toMatchObject([{ ok: true }, { ok: true }]);
      expect(size()).toBe(before + 6);
      expect([exists(floor), exists(guests), drift()]).toEqual([true, true, []]);
      expect(remove(guests)).toMatchObject({ ok: true, stderr: "" });
      expect(remove(floor)).toMatchObject({ ok: true, stderr: "" });
      expect(size()).toBe(before);
    });

    test.runIf(locked.length > 0)("what the kernel does not let be changed is a reason for refusal", () => {
      for (const name of locked) {
        const wanted = { [name]: wantedOf(name) };
        expect(planSettings(stack, settingsSchema.parse(wanted), has).refusals).toEqual([
          expect.stringContaining("read-only on this host"),
        ]);
        expect(apply(objectOf(name, wantedOf(name)))).toMatchObject([
          { status: 1, stderr: expect.stringContaining("cannot be set to") },
        ]);
      }
      expect(look()).toEqual(has);
    });

    test.runIf(has.irqAffinity)("interrupts move, but for those that the kernel keeps", () => {
      const object = objectOf("irqAffinity", "0", false);
      expect(apply(object)).toMatchObject([{ ok: true }]);
      expect(look().irqAffinity?.values["/proc/irq/default_smp_affinity"]).toBe("1");
      expect(drift()).toEqual([]);
      expect(exists(object)).toBe(true);
      expect(remove(object)).toMatchObject({ ok: true, stderr: "" });
      expect(look().irqAffinity).toEqual(has.irqAffinity);
    });

    test.runIf(!has.cpuIsolation)("without cgroup v2's cpuset controller, CPU isolation is lacking", () => {
      const { refusals } = planSettings(stack, settingsSchema.parse({ cpuIsolation: { cpus: "1" } }), has);
      expect(refusals).toEqual([
        "host.settings.cpuIsolation: this host has no cgroup v2 with the cpuset controller; name it in bestEffort to go without",
      ]);
    });
  });
}
