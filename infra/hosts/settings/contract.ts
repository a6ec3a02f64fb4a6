/**
 * What every setting has to do, on every recorded host: say what it found and what it lacks, record before it changes,
 * change what it says and nothing else, put everything back, and come out right of being cut off, of other hands, of a
 * restart and of a kernel that refuses.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { renderCreate } from "../objects.ts";
import { shellProblems } from "../shell-check.ts";
import { driftReport } from "./drift.ts";
import { recordsDir } from "./object.ts";
import { onHost, run, SHELLS, STACK } from "./on-host.ts";
import { expand, type HostName, hostNames, type RecordedHost, recordedHost } from "./recorded-host.ts";
import type { Setting } from "./setting.ts";

/** What a setting does on a host that has it. */
interface Has<W> {
  wanted: W;
  /** What a person reads before. */
  description: string;
  /** Part, with {0-3} for many → found and applied value, as the record has them. */
  record: Record<string, [found: string, applied: string]>;
  /** One part changed by other hands: what they write where, and what the part is then. */
  otherHands: { part: string; file: string; content: string; now: string };
}

/** What it says on a host that has not. */
interface Lacks<W> {
  wanted: W;
  lacks: string;
}

/** What it does on a host that is as wanted already, and stays so. */
interface Fulfilled<W> {
  wanted: W;
  fulfilled: string[];
}

type Case<W> = Has<W> | Lacks<W> | Fulfilled<W>;

const without = (tree: Map<string, string>, unwanted: string) =>
  new Map([...tree].filter(([path]) => !path.startsWith(unwanted)));

export function settingContract<S extends z.ZodType>(
  setting: Setting<S>,
  cases: Record<HostName, Case<z.input<S>>>,
): void {
  describe.each(hostNames)(`${setting.name} on the %s host`, (name) => {
    const given = cases[name];
    let host: RecordedHost;
    let before: Map<string, string>;
    beforeEach(() => {
      host = recordedHost(name);
      before = host.tree();
    });
    const scripts = (required = true) => onHost(host, setting, given.wanted, { required });

    test("a probe changes nothing, and says the same in every shell", () => {
      const found = scripts().probe();
      for (const shell of Object.values(SHELLS)) expect(scripts().probe(shell)).toEqual(found);
      expect(host.tree()).toEqual(before);
      for (const [path, value] of Object.entries(found.values)) {
        expect(path).not.toMatch(/\s/);
        expect(value).toMatch(/^\S.*$/);
      }
    });

    if ("lacks" in given) {
      test("it is lacking, which is said, and applying it fails without a trace", () => {
        const { probe, value, create, exists } = scripts();
        expect(setting.lacks(value, probe())).toBe(given.lacks);
        expect(create().status).toBe(1);
        expect(exists()).toBe(false);
        expect(host.tree()).toEqual(before);
      });

      test("where the stack can go without, nothing is changed, and that is how it is", () => {
        const { create, exists, drift, remove } = scripts(false);
        expect(create()).toMatchObject({
          status: 0,
          stderr: expect.stringMatching(/^this host has no|cannot be set to/),
        });
        expect([exists(), drift()]).toEqual([true, []]);
        expect(without(host.tree(), "/var")).toEqual(before);
        expect(remove()).toMatchObject({ status: 0, stderr: "" });
        expect(host.tree()).toEqual(before);
      });
      return;
    }

    if ("fulfilled" in given) {
      test("it is as wanted already: recorded, and not touched", () => {
        const { probe, value, create, exists, record, remove } = scripts();
        expect(setting.lacks(value, probe())).toBeNull();
        expect(create()).toMatchObject({ status: 0, stderr: "" });
        expect(record()).toEqual(given.fulfilled);
        expect(exists()).toBe(true);
        expect(without(host.tree(), "/var")).toEqual(before);
        expect(remove()).toMatchObject({ status: 0, stderr: "" });
        expect(host.tree()).toEqual(before);
      });
      return;
    }

    const expected = Object.entries(given.record).flatMap(([part, [found, applied]]) =>
      expand(part).map((path) => [path, found, applied].join("\t")),
    );
    const changed = expected.filter((line) => !/^\S+\t(.*)\t(\1|\*)$/.test(line));
    const { part, file, content, now } = given.otherHands;
    const [, found, applied] = expected.find((line) => line.startsWith(`${part}\t`))?.split("\t") ?? [];
    const leftAlone = (why: string) =>
      // where they did what a removal would do, there is nothing to say
      now === found
        ? ""
        : `${part} was set to ${applied} and is ${now} now, ${why}: left alone (it was found as ${found})`;

    test("what was found is described", () => {
      const { probe, value } = scripts();
      expect(setting.lacks(value, probe())).toBeNull();
      expect(setting.describe(probe().values)).toBe(given.description);
    });

    test.each(Object.entries(SHELLS))("applied and put back, in %s", (_, shell) => {
      const { create, remove, exists, record, drift, object } = scripts();
      expect([object.create, object.remove, object.exists].map(shellProblems)).toEqual(["", "", ""]);
      // Linux takes 128 KiB as one argument
      expect(renderCreate(STACK, object).length).toBeLessThan(65_536);
      const made = create({}, shell);
      expect(made).toMatchObject({ status: 0, stderr: "" });
      expect(record()?.toSorted()).toEqual(expected.toSorted());
      expect(made.stdout.split("\n").slice(1, -1)).toEqual(record());
      expect(exists(shell)).toBe(true);
      expect(drift()).toEqual([]);
      expect(without(host.tree(), "/var")).not.toEqual(before);
      expect(remove({}, shell)).toMatchObject({ status: 0, stderr: "", stdout: "" });
      expect(host.tree()).toEqual(before);
      expect(existsSync(join(host.root, recordsDir(STACK)))).toBe(false);
      expect(exists(shell)).toBe(false);
      expect(remove({}, shell)).toMatchObject({ status: 0, stderr: "" });
    });

    test.each(Object.entries(SHELLS))("every part is read again from the record, in %s", (_, shell) => {
      const { create, remove, object } = scripts();
      const { stdout } = create();
      const compared = () => {
        const printed = run(host, `(\n${object.values?.print}\n) <<'END'\n${stdout}END\n`, {}, shell);
        expect(printed).toMatchObject({ status: 0, stderr: "" });
        return printed.stdout.split("\n").slice(0, -1);
      };
      const parts = expected.map((line) => line.split("\t"));
      const still = parts.map(([path, was, is]) => [path, was, is === "*" ? expect.any(String) : is]);
      expect(
        compared()
          .map((line) => line.split("\t"))
          .toSorted(),
      ).toEqual(still.toSorted());
      remove();
      expect(compared().toSorted()).toEqual(parts.map(([path, was]) => [path, was, was].join("\t")).toSorted());
    });

    test("applied twice, the values first found are kept", () => {
      const { create, remove, record } = scripts();
      create();
      expect(create()).toMatchObject({ status: 0, stderr: "" });
      expect(record()?.toSorted()).toEqual(expected.toSorted());
      remove();
      expect(host.tree()).toEqual(before);
    });

    test("a record that is gone is taken from the engine's state", () => {
      const { create, remove } = scripts();
      const { stdout } = create();
      expect(run(host, `rm -r "$GB_ROOT${recordsDir(STACK)}"`).status).toBe(0);
      expect(remove({ PULUMI_COMMAND_STDOUT: stdout.trimEnd() })).toMatchObject({ status: 0, stderr: "" });
      expect(host.tree()).toEqual(before);
    });

    test("cut off when the last part is about to be set, everything is put back", () => {
      const { create, remove, exists, record } = scripts();
      const last = changed.at(-1)?.split("\t")[0] ?? "";
      expect(create({ KILL_AT: last })).toMatchObject({ signal: "SIGKILL", stdout: "" });
      expect(record()).toHaveLength(expected.length);
      expect(exists()).toBe(false);
      expect(remove()).toMatchObject({ status: 0, stderr: "" });
      expect(host.tree()).toEqual(before);
    });

    test("what other hands changed is reported, and left alone", () => {
      const { create, remove, exists, drift } = scripts();
      create();
      host.write(file, content);
      expect(drift()).toEqual([{ setting: setting.name, path: part, found, applied, now, restarted: false }]);
      expect(driftReport(drift())).toEqual([
        `${setting.name}: ${part} was set to ${applied} and is ${now}: changed by other hands, left alone; destroy and up apply it again`,
      ]);
      expect(exists()).toBe(true);
      expect(remove()).toMatchObject({ status: 0, stderr: leftAlone("changed by other hands") });
      expect(host.tree().get(file)).toBe(content);
      expect(existsSync(join(host.root, recordsDir(STACK)))).toBe(false);
    });

    test("after a restart it has to be applied again, on top of what the host came up with", () => {
      const { create, remove, exists, drift, restart, record } = scripts();
      create();
      restart();
      expect(exists()).toBe(true);
      host.write(file, content);
      expect(exists()).toBe(false);
      expect(drift()).toMatchObject([{ path: part, restarted: true }]);
      expect(remove()).toMatchObject({ status: 0, stderr: leftAlone("after a restart of the host") });
      expect(create()).toMatchObject({ status: 0, stderr: "" });
      expect(record()).toContain([part, now, applied].join("\t"));
      expect(exists()).toBe(true);
    });

    test("refused by the kernel: a required one fails, and the host is as it was", () => {
      const { create, exists } = scripts();
      const [first = ""] = changed.map((line) => line.split("\t")[0]);
      const { status, stderr } = create({ REFUSE: first });
      if (setting.mayRefuse) {
        expect(status).toBe(0);
        return;
      }
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/^.+: \S+ cannot be set to .+: it is .+$/),
      });
      expect(exists()).toBe(false);
      expect(without(host.tree(), "/var")).toEqual(before);
    });

    test("refused by the kernel: a best-effort one is as it was, and that is said", () => {
      const { create, remove, exists, record, drift } = scripts(false);
      const [first = ""] = changed;
      const [path = "", value] = first.split("\t");
      expect(create({ REFUSE: path })).toMatchObject({
        status: 0,
        stderr: expect.stringMatching(/^.+: \S+ cannot be set to .+: it is .+$/),
      });
      expect(record()).toContain([path, value, "!"].join("\t"));
      expect(exists()).toBe(true);
      expect(drift()).toEqual([]);
      expect(remove()).toMatchObject({ status: 0, stderr: "" });
      expect(host.tree()).toEqual(before);
    });
  });
}
