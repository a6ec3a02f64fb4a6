import { describe, expect, test } from "vitest";
import { renderCreate, renderRemove } from "../hosts/objects.ts";
import { shellProblems } from "../hosts/shell-check.ts";
import { networkDriverOf, networkDrivers } from "./index.ts";
import { bridgeObject, clientObject, tapBridge, tapObject } from "./tap-bridge.ts";

const plan = tapBridge.plan("lan", tapBridge.schema.parse({ type: "tap-bridge" }));
const objects = {
  bridge: bridgeObject(plan),
  namespace: clientObject(plan, "gb-client"),
  tap: tapObject(plan, "gbt18-0-11"),
};

test("the studies' network is the default", () => {
  expect(plan).toEqual({
    name: "lan",
    type: "tap-bridge",
    bridge: "gbr0",
    subnet: "198.18.0.0/24",
    hostAddress: "198.18.0.1",
    clientAddress: "198.18.0.2",
    claims: { bridge: "gbr0", namespace: "gb-client" },
  });
});

describe.each(Object.entries(objects))("%s", (_, object) => {
  test("renders as recorded", () => {
    const { create, exists, remove, taken } = object;
    expect(["# taken", taken, "# exists", exists, "# create", create, "# remove", remove].join("\n")).toMatchSnapshot();
  });

  test("a shell can read what makes and removes it", () => {
    for (const script of [
      renderCreate("demo", object),
      renderRemove("demo", object),
      object.exists,
      object.taken ?? "",
    ])
      expect(shellProblems(script)).toBe("");
  });
});

test("the port of the longest bridge name still fits in an interface name", () => {
  const long = tapBridge.schema.parse({ type: "tap-bridge", bridge: "gb0123456789" });
  const { create } = clientObject(tapBridge.plan("lan", long), "gb-client");
  expect(/ip link add (\S+) type veth/.exec(create)?.[1]?.length).toBeLessThanOrEqual(15);
});

test("every type of network is found by its name", () => {
  for (const driver of networkDrivers)
    expect(networkDriverOf(driver.schema.parse({ type: driver.type })).type).toBe(driver.type);
});
