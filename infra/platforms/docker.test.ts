import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { memoryArgv } from "./docker.ts";

const cgroups = {
  v1: "12:cpuset:/docker/abc\n4:memory:/docker/abc\n0::/docker/other\n",
  v2: "0::/system.slice/docker-abc.scope\n",
};
const files = {
  v1: "/sys/fs/cgroup/memory/docker/abc/memory.stat",
  v2: "/sys/fs/cgroup/system.slice/docker-abc.scope/memory.stat",
};

describe.each(["v1", "v2"] as const)("memory accounting by cgroup %s", (version) => {
  test("reads the container's own group", () => {
    const [shell, flag, script = ""] = memoryArgv(["docker", "-H", "unix:///s"], "gb-demo-a", version);
    expect([shell, flag]).toEqual(["sh", "-c"]);
    const stand = [
      `docker() { [ "$*" = "-H unix:///s inspect -f {{.State.Pid}} gb-demo-a" ] && echo 7; }`,
      `awk() { [ "$3" = /proc/7/cgroup ] && printf '${cgroups[version]}' | command awk "$1" "$2"; }`,
      "cat() { echo $1; }",
    ].join("\n");
    const { stdout, stderr } = spawnSync("/bin/sh", ["-c", `${stand}\n${script}`], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(files[version]);
  });
});
