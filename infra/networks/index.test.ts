import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { renderCreate, renderRemove } from "../hosts/objects.ts";
import { shellProblems } from "../hosts/shell-check.ts";
import { outputsSchema } from "../outputs.ts";
import { parseStack } from "../stack.ts";
import { declare, fieldsOf, plainFacts } from "./fixture.ts";
import { networkDriverOf, networkDrivers } from "./index.ts";

const guests = [
  { name: "a", address: "198.18.9.11" },
  { name: "b", address: "198.18.9.12" },
];
const noOwner = {} as never;

/** Fields without which a type has no defaults to be made from. */
const needed: Record<string, object> = {
  vosyswitch: {
    program: {
      binary: "/opt/vosyswitch",
      sha256: "0".repeat(64),
      launch: ["{binary}", "-i", "{client}", "{guests}"],
      guest: ["-s", "{socket}"],
    },
  },
};

test("every type in this folder is registered", () => {
  const declared = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => /= defineNetwork\(/.test(readFileSync(join(import.meta.dirname, name), "utf8")))
    .map((name) => name.replace(/\.ts$/, ""));
  expect(networkDrivers.map(({ type }) => type).sort()).toEqual(declared.sort());
});

test("one stack can have a network of each type and name nothing", () => {
  const networks = Object.fromEntries(networkDrivers.map(({ type }) => [type, { type }]));
  const stack = parseStack("demo", {
    networks,
    guests: { host: { platform: "bare-metal", image: "debian", network: "tap-bridge" } },
  });
  expect(Object.keys(stack.plans.networks)).toHaveLength(networkDrivers.length);
});

describe.each(networkDrivers.map(({ type }) => type))("%s", (type) => {
  const fields = fieldsOf({ type, ...needed[type] });
  const { plan, network, objects } = declare(fields, { guests });
  const machines = guests.map((guest) => network.machine(guest, noOwner, "before"));
  const container = plan.attaches.containers && network.container({ name: "c", address: "198.18.9.13" }, noOwner);

  test("is found by its name", () => {
    expect(networkDriverOf(fields).type).toBe(type);
  });

  test.each(objects.map(({ object }) => [`${object.kind} ${object.name}`, object] as const))(
    "%s: as recorded",
    (_, object) => {
      const { taken, exists, create, remove, restore } = object;
      const parts = { taken, exists, create, remove, restore: restore === create ? "as create" : restore };
      const said = Object.entries(parts).flatMap(([name, script]) =>
        script === undefined ? [] : [`# ${name}`, script],
      );
      expect(said.join("\n")).toMatchSnapshot();
    },
  );

  test("a shell can read every script", () => {
    for (const { object } of objects) {
      const { exists, taken = "", restore = "" } = object;
      for (const script of [renderCreate("demo", object), renderRemove("demo", object), exists, taken, restore])
        expect(shellProblems(script)).toBe("");
    }
  });

  test("no two objects of a network are one to the host", () => {
    const names = objects.map(({ object }) => `${object.kind} ${object.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("guests are plugged in as the plan says, each by an end of its own", () => {
    expect(plan.attaches.machines).toEqual(expect.arrayContaining(machines.map(({ port }) => port.type)));
    const ends = machines.map(({ port }) => JSON.stringify(port));
    expect(new Set(ends).size).toBe(machines.length);
    expect(container?.port.type ?? null).toBe(plan.attaches.containers);
  });

  test("what it tells of itself is what the outputs hold", () => {
    const { networks } = outputsSchema.shape;
    expect(networks.safeParse({ lan: network.output }).error).toBeUndefined();
    expect(network.output.settings["data path"]).toBeTruthy();
  });

  test("two guests of one address are refused", () => {
    const [first = ""] = plan.subnet.split("/");
    const guest = { platform: "kvm", image: "tinyx", address: first.replace(/0$/, "11") };
    const twice = () => parseStack("demo", { networks: { lan: fields }, guests: { a: guest, b: guest } });
    expect(twice).toThrow(ConfigError);
    expect(twice).toThrow(`guests.b.address: ${guest.address} is already taken by guest a`);
  });

  test("a host with everything can have it, and its packages are named where they are missing", () => {
    const driver = networkDriverOf(fields);
    const known = { stack: "demo", markers: [], facts: plainFacts };
    expect(driver.unavailable(fields, known)).toBeNull();
    const bare = { version: null, kernelDatapath: false, dpdkProgram: null, dpdkDrivers: false, system: null };
    const reason = driver.unavailable(fields, { ...known, facts: { ...plainFacts, openvswitch: bare } });
    for (const name of driver.packages) expect(reason).toContain(name);
  });
});
