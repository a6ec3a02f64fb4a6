import { expect, test } from "vitest";
import { shellProblems } from "../hosts/shell-check.ts";
import { plugObject, startAndPlug, stopAndUnplug, type Veth } from "./docker-veth.ts";

const docker = ["docker", "-H", "unix:///run/a b/docker.sock"];
const veth: Veth = {
  type: "veth",
  port: "gbc18-1-10",
  join: "switch add gbc18-1-10",
  leave: "switch remove gbc18-1-10 || true",
  offloads: false,
  address: "198.18.1.10",
  subnet: "198.18.1.0/24",
  gateway: "198.18.1.1",
  mac: "02:42:c6:12:01:0a",
};
const scripts = {
  start: startAndPlug(docker, "gb_demo_a", veth),
  stop: stopAndUnplug([...docker, "stop", "--time", "1", "gb_demo_a"], veth),
};

test.each(Object.entries(scripts))("%s: one argument vector that a shell can read", (_, argv) => {
  expect(argv.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(argv).toHaveLength(3);
  expect(shellProblems(argv[2] ?? "")).toBe("");
  expect(argv[2]).toMatchSnapshot();
});

test("checksums are left to the switch where it can compute them", () => {
  expect(scripts.start[2]).toContain("ethtool -K eth0 tx off");
  expect(startAndPlug(docker, "gb_demo_a", { ...veth, offloads: true })[2]).not.toContain("ethtool");
});

test("a container that up starts is plugged in by the same script, which a shell can read", () => {
  const { create, remove, exists } = plugObject(docker, "gb_demo_a", veth);
  expect(scripts.start[2]?.endsWith(create)).toBe(true);
  for (const script of [create, remove, exists]) expect(shellProblems(script)).toBe("");
});
