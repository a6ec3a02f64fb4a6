import { expect, test } from "vitest";
import { bridgeNetfilter } from "./bridge-netfilter.ts";
import { settingContract } from "./contract.ts";
import { onHost } from "./on-host.ts";
import { recordedHost } from "./recorded-host.ts";

const DIR = "/proc/sys/net/bridge";
const file = `${DIR}/bridge-nf-call-iptables`;

settingContract(bridgeNetfilter, {
  intel: { wanted: false, fulfilled: [] },
  amd: {
    wanted: false,
    description: "on × 3",
    record: Object.fromEntries(["arp", "ip", "ip6"].map((kind) => [`${DIR}/bridge-nf-call-${kind}tables`, ["1", "0"]])),
    otherHands: { part: file, file, content: "1\n", now: "1" },
  },
  arm: { wanted: true, lacks: "this host has no bridge netfilter" },
});

test("a module that comes after the setting was made has the next up make it again", () => {
  const host = recordedHost("intel");
  const { create, exists, remove } = onHost(host, bridgeNetfilter, false);
  create();
  expect(exists()).toBe(true);
  host.write(file, "1\n");
  expect(exists()).toBe(false);
  expect(remove()).toMatchObject({ status: 0, stderr: "" });
  create();
  expect(exists()).toBe(true);
  expect(host.read(file)).toBe("0");
});
