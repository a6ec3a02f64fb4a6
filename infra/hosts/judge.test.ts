import { describe, expect, test } from "vitest";
import { judge, type Known } from "./judge.ts";
import { type Look, writeBack } from "./looks/look.ts";

const known: Known = {
  stack: "local",
  names: ["gbr0", "gb-client", "/run/guestbench/local/console", "gb_local_tinyx.kvm"],
  values: new Set(["/proc/sys/vm/swappiness"]),
  others: { rack7: ["gbr7", "gbt18-7-2"], "local-2": [] },
};
const things: Look = { command: "look", remedy: (line) => `remove ${line}` };
const values: Look = { command: "look", settings: true, remedy: writeBack };

describe("things that came", () => {
  test.each([
    ["an object of the stack", "gbr0 bridge"],
    ["what hangs on it", "198.18.0.0/24 dev gbr0 proto kernel"],
    ["a port that begins with its name", "gbr0-cl virtual"],
    ["a domain of the stack", "domain gb_local_standardvm"],
    ["a path of the stack", "/run/guestbench/local/hugetlbfs hugetlbfs"],
    ["an image of the stack", "image guestbench/debian:1 of stack local"],
    ["an interface that no stack accounts for", "gbx3 bridge"],
    ["an address of the experiment range", "eth1 198.19.3.4/24"],
    ["a file of the tool", "/run/guestbench-netns-gbr3"],
  ])("%s fails, with its remedy", (_, line) => {
    const { leftovers, changed, remedies } = judge("all", things, ["lo"], ["lo", line], known);
    expect({ leftovers, changed }).toEqual({ leftovers: [line], changed: [] });
    expect(remedies).toEqual({ [line]: `remove ${line}` });
  });

  test.each([
    ["a login's mount", "/run/user/0 tmpfs"],
    ["somebody's container", "container web-1"],
    ["another stack's bridge", "gbr7 bridge"],
    ["what hangs on it", "gbr7-cl virtual"],
    ["its address", "gbr7 198.18.7.1/24"],
    ["its domain", "domain gb_rack7_tinyx"],
    ["a path of a stack whose name begins like this one's", "/run/guestbench/local-2/hugetlbfs hugetlbfs"],
    ["the image of another stack", "image guestbench/debian:1 of stack local-2"],
    ["an image that is being built", "/root/.cache/guestbench/tmp/x/proc proc"],
    ["a name that holds one of ours", "lgbr0 bridge"],
    ["a number that looks like ours", "route 1198.18.0.1"],
  ])("%s is told, and fails nothing", (_, line) => {
    const { leftovers, changed, remedies } = judge("all", things, ["lo"], ["lo", line], known);
    expect({ leftovers, changed, remedies }).toEqual({ leftovers: [], changed: [line], remedies: {} });
  });

  test("what was there before is nobody's difference; what is gone is told", () => {
    const check = judge("all", things, ["gbr0 bridge", "eth1 device"], ["gbr0 bridge"], known);
    expect(check).toMatchObject({ leftovers: [], changed: [], missing: ["eth1 device"] });
  });

  test("of a look that shows the stack's own, every line is", () => {
    const own = { ...things, own: true };
    expect(judge("processes", own, [], ["12 sleep 60"], known).leftovers).toEqual(["12 sleep 60"]);
  });
});

describe("values that changed", () => {
  const change = (path: string, was: string | null, is: string | null) => {
    const lines = (value: string | null) => (value === null ? [] : [`${path} = ${value}`]);
    return judge("sysctl", values, lines(was), lines(is), known);
  };

  test("one that the stack changed and that is not back fails, with the way back", () => {
    const { leftovers, remedies } = change("/proc/sys/vm/swappiness", "60", "10");
    expect(leftovers).toEqual(["/proc/sys/vm/swappiness = 10 (was 60)"]);
    expect(Object.values(remedies)).toEqual(["echo '60' >/proc/sys/vm/swappiness"]);
    expect(change("/proc/sys/vm/swappiness", "60", null).leftovers).toEqual([
      "/proc/sys/vm/swappiness is gone (was 60)",
    ]);
    expect(change("/proc/sys/vm/swappiness", "60", "60").leftovers).toEqual([]);
  });

  test("any other is told, whatever it is called", () => {
    expect(change("/proc/sys/net/ipv4/ip_forward", "0", "1")).toMatchObject({
      leftovers: [],
      changed: ["/proc/sys/net/ipv4/ip_forward = 1 (was 0)"],
    });
    expect(change("/proc/sys/net/bridge/bridge-nf-call-iptables", null, "1").changed).toHaveLength(1);
    expect(change("/proc/sys/kernel/hostname", "a", "gbench-7").changed).toHaveLength(1);
    expect(change("/proc/sys/net/bridge/x", "1", null)).toMatchObject({ leftovers: [], missing: [expect.any(String)] });
  });

  test("one that points at an object of the stack fails", () => {
    expect(change("/sys/class/net/eth1/master", null, "gbr0").leftovers).toHaveLength(1);
  });

  test("of a choice, the chosen word is put back; a value may hold an equals sign", () => {
    const path = "/sys/kernel/mm/transparent_hugepage/enabled";
    const touched = { ...known, values: new Set([path]) };
    const lines = (value: string) => [`${path} = ${value}`];
    const check = judge("memory", values, lines("always [madvise] never"), lines("a = [b]"), touched);
    expect(check.remedies).toEqual({ [`${path} = a = [b] (was always [madvise] never)`]: `echo 'madvise' >${path}` });
  });
});

describe("where somebody could not look", () => {
  test("after: a leftover, since nothing says that nothing is left", () => {
    const check = judge("docker", things, ["a"], { failed: "did not end within 20 s" }, known);
    expect(check.leftovers).toEqual(["could not be looked at: did not end within 20 s"]);
  });

  test("before and after: the host does not show it, which is no leftover", () => {
    const failed = { failed: "ended with exit code 1" };
    expect(judge("docker", things, failed, failed, known)).toMatchObject({ leftovers: [], changed: [], after: [] });
  });

  test.each([[undefined], [{ failed: "ended with exit code 1" }]])(
    "before (%j): only the stack's own names",
    (before) => {
      const after = ["gbr0 bridge", "gbx3 bridge", "eth0 device", "gbr7 bridge"];
      expect(judge("interfaces", things, before, after, known)).toMatchObject({
        leftovers: ["gbr0 bridge"],
        changed: [],
        after: ["gbr0 bridge"],
      });
      expect(judge("sysctl", values, before, ["/proc/sys/vm/swappiness = 10"], known).leftovers).toEqual([]);
    },
  );
});
