import { describe, expect, test } from "vitest";
import { chooseDaemons, dockerDaemon, libvirtDaemon, libvirtPidDir } from "./daemons.ts";
import { consoleDir } from "./host.ts";
import { hugePagePool, hugetlbfsMount } from "./huge-pages.ts";
import { type HostObject, renderCreate, renderRemove } from "./objects.ts";
import type { HostFacts } from "./probe.ts";
import { shellProblems } from "./shell-check.ts";

const objects: HostObject[] = [
  dockerDaemon("demo"),
  libvirtDaemon("demo", null),
  libvirtDaemon("demo", "/dev/hugepages"),
  hugePagePool("demo", "2MiB", 512),
  hugePagePool("demo", "1GiB", 1),
  hugetlbfsMount("demo"),
  consoleDir("demo"),
];

describe.each(objects.map((object) => [`${object.kind} ${object.name}`, object] as const))("%s", (_, object) => {
  test("a shell can read every script", () => {
    const scripts = [renderCreate("demo", object), renderRemove("demo", object), object.exists, object.restore ?? ""];
    expect(scripts.map(shellProblems)).toEqual(["", "", "", ""]);
  });

  test("renders as recorded", () => {
    expect(
      ["# exists", object.exists, "# create", object.create, "# remove", object.remove].join("\n"),
    ).toMatchSnapshot();
  });
});

describe("the choice between the machine's daemons and the stack's own", () => {
  const facts = { systemDocker: false, systemLibvirt: true } as HostFacts;
  const stack = `unittest-none-${process.pid}`;

  test("what answers is used, what does not is started", () => {
    const { docker, libvirt } = chooseDaemons(stack, facts, null, []);
    expect([docker.own, libvirt.own]).toEqual([true, false]);
    expect(libvirt).toMatchObject({ uri: "qemu:///system", create: "true", remove: "true" });
    expect(docker.uri).toBe(`unix:///run/guestbench/${stack}/docker/docker.sock`);
  });

  test("the machine's own daemon has no way of being started by us", () => {
    expect(chooseDaemons(stack, { ...facts, systemDocker: true }, null, []).docker.restore).toBeUndefined();
  });
});

test("nothing of the stack's own daemons lies outside its directories", () => {
  for (const { create } of [dockerDaemon("demo"), libvirtDaemon("demo", null)]) {
    const redirected = [...create.matchAll(/(?:>>?|--pidfile |--pid-file |--data-root |--exec-root )(\/\S+)/g)].map(
      (m) => m[1],
    );
    expect(redirected.length).toBeGreaterThan(3);
    for (const path of redirected)
      expect(path).toMatch(/^\/(dev\/null|run\/guestbench\/demo\/|var\/lib\/guestbench\/demo\/)/);
  }
});

test("a guest's process id is where its daemon writes it", () => {
  expect(libvirtPidDir("demo", true)).toBe("/run/guestbench/demo/libvirt/run/qemu");
  expect(libvirtPidDir("demo", false)).toBe("/run/libvirt/qemu");
});
