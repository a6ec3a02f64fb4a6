import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { settings } from "./index.ts";
import { recordsDir } from "./object.ts";
import { onHost } from "./on-host.ts";
import { type RecordedHost, recordedHost } from "./recorded-host.ts";

let host: RecordedHost;
let before: Map<string, string>;
beforeEach(() => {
  host = recordedHost("intel");
  before = host.tree();
});
const setting = () => onHost(host, settings.swappiness, 1);
const record = () => join(host.root, recordsDir("demo"), "swappiness");

describe("the record", () => {
  test("is complete before the first change", () => {
    const { create } = setting();
    create({ KILL_AT: "/proc/sys/vm/swappiness" });
    expect(readFileSync(record(), "utf8")).toBe(
      `boot\t${host.read("/proc/sys/kernel/random/boot_id")}\tapplying\n/proc/sys/vm/swappiness\t60\t1\n`,
    );
    expect(host.read("/proc/sys/vm/swappiness")).toBe("60");
  });

  test("that cannot be written leaves the host untouched", () => {
    mkdirSync(join(host.root, recordsDir("demo")), { recursive: true });
    symlinkSync("/dev/full", `${record()}.new`);
    expect(setting().create().status).not.toBe(0);
    expect(host.tree()).toEqual(before);
    expect(setting().exists()).toBe(false);
  });

  test("that cannot be read is no reason to forget the setting", () => {
    const { create, remove } = setting();
    const { stdout } = create();
    writeFileSync(record(), "");
    expect(remove()).toMatchObject({
      status: 1,
      stderr: `${record()} cannot be read: put the setting back by hand, then remove the file`,
    });
    expect(remove({ PULUMI_COMMAND_STDOUT: stdout.trimEnd() })).toMatchObject({ status: 0, stderr: "" });
    expect(host.tree()).toEqual(before);
  });

  test("a value that cannot be put back fails the removal, which can be tried again", () => {
    const { create, remove } = setting();
    create();
    expect(remove({ REFUSE: "/proc/sys/vm/swappiness" })).toMatchObject({
      status: 1,
      stderr: "/proc/sys/vm/swappiness was found as 60 and could not be put back: it is 1",
    });
    expect(remove()).toMatchObject({ status: 0, stderr: "" });
    expect(host.tree()).toEqual(before);
  });

  test("a part that is gone has nothing to be put back, and that is said", () => {
    const { create, remove } = onHost(host, settings.irqAffinity, "0");
    create();
    host.write("/proc/irq/24/smp_affinity_list", "");
    expect(remove()).toMatchObject({
      status: 0,
      stderr: "/proc/irq/24/smp_affinity_list is gone, and with it its value 0-31: nothing to put back",
    });
  });
});
