import { expect, test } from "vitest";
import { fieldsOf } from "./fixture.ts";
import { clientObject, clientPort } from "./parts.ts";
import { bridgeJoining, tapBridge } from "./tap-bridge.ts";

test("the studies' network is the default", () => {
  expect(tapBridge.plan("lan", tapBridge.schema.parse({ type: "tap-bridge" }))).toEqual({
    name: "lan",
    type: "tap-bridge",
    bridge: "gbr0",
    subnet: "198.18.0.0/24",
    hostAddress: "198.18.0.1",
    clientAddress: "198.18.0.2",
    claims: { bridge: "gbr0", namespace: "gb-client" },
    cpus: {},
    attaches: { machines: ["tap", "bridge"], containers: "docker", host: true },
  });
});

test("the port of the longest bridge name still fits in an interface name", () => {
  const long = tapBridge.plan("lan", tapBridge.schema.parse(fieldsOf({ type: "tap-bridge", bridge: "gb0123456789" })));
  const { create } = clientObject(long, "gb-client", bridgeJoining(long, clientPort(long)));
  expect(/ip link add (\S+) type veth/.exec(create)?.[1]?.length).toBeLessThanOrEqual(15);
});
