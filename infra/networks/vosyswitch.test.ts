import { describe, expect, test } from "vitest";
import type { ConfigError } from "../errors.ts";
import { parseStack } from "../stack.ts";
import { plainFacts } from "./fixture.ts";
import { launchArgv, vosyswitch } from "./vosyswitch.ts";

const program = {
  binary: "/opt/switch",
  sha256: "a".repeat(64),
  launch: ["taskset", "-c", "2", "{binary}", "--uplink={client}", "{guests}", "--name", "{bridge}"],
  guest: ["--port", "{socket},{mac}"],
  listens: "switch" as const,
};

function problems(change: object): string[] {
  try {
    parseStack("demo", {
      networks: { v: { type: "vosyswitch", program: { ...program, ...change } } },
      guests: { a: { platform: "kvm", image: "tinyx", address: "198.18.3.11" } },
    });
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map((line) => line.replace("stacks/demo.ts: networks.v.program.", ""));
  }
}

test("the launch template: every placeholder filled in, each guest's arguments where the guests go", () => {
  const guests = [
    { name: "a", socket: "/run/a.sock", mac: "52:54:00:12:03:0b", address: "198.18.3.11" },
    { name: "b", socket: "/run/b.sock", mac: "52:54:00:12:03:0c", address: "198.18.3.12" },
  ];
  const values = { bridge: "gby0", client: "gby0-cl", runtime: "/run/gby0" };
  expect(launchArgv(program, values, guests)).toEqual([
    ...["taskset", "-c", "2", "/opt/switch", "--uplink=gby0-cl"],
    ...["--port", "/run/a.sock,52:54:00:12:03:0b", "--port", "/run/b.sock,52:54:00:12:03:0c"],
    ...["--name", "gby0"],
  ]);
  expect(launchArgv(program, values, [])).not.toContain("--port");
});

describe("a template that cannot be meant", () => {
  test.each([
    ["a path that is none", { binary: "switch" }, "binary: expected the absolute path of VOSYSwitch on the host"],
    ["no checksum", { sha256: "abc" }, "sha256: expected the 64 hexadecimal digits that sha256sum prints"],
    [
      "an unknown placeholder",
      { guest: ["{socket}", "{ip}"] },
      "guest: unknown placeholder {ip}: expected one of {name}, {socket}, {mac}, {address}",
    ],
    [
      "no way to the load generator",
      { launch: ["{binary}", "{guests}"] },
      "launch: {client} is missing: the switch must be told of it",
    ],
    [
      "guests inside another word",
      { launch: ["{binary}", "{client}", "--ports={guests}"] },
      "launch: {guests} is missing: the switch must be told of it",
    ],
    ["no socket", { guest: ["{mac}"] }, "guest: {socket} is missing: the switch must be told of it"],
  ])("%s", (_, change, problem) => {
    expect(problems(change)).toEqual([problem]);
  });
});

test("without a program it is unavailable, and says what it would need", () => {
  const known = { stack: "demo", markers: [], facts: plainFacts };
  const reason = vosyswitch.unavailable(vosyswitch.schema.parse({ type: "vosyswitch" }), known);
  expect(reason).toMatch(/^VOSYSwitch is proprietary and not part of this tool: .*program/);
  expect(vosyswitch.unavailable(vosyswitch.schema.parse({ type: "vosyswitch", program }), known)).toBeNull();
});
