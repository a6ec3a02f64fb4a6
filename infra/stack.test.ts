import { describe, expect, test } from "vitest";
import { ConfigError } from "./errors.ts";
import { givenImages } from "./images/given/index.ts";
import { images as registered } from "./images/index.ts";
import { plannedImages } from "./images/planned.ts";
import { platformDrivers } from "./platforms/index.ts";
import { plannedPlatforms } from "./platforms/planned.ts";
import { checkHost, parseStack } from "./stack.ts";

const lan = { type: "tap-bridge" };
const guest = (fields: object = {}) => ({ platform: "docker", image: "debian", address: "198.18.0.10", ...fields });
const stackOf = (fields: object = {}) => ({ networks: { lan }, guests: { a: guest() }, ...fields });
/** What messages list: what there is, then what stacks may only name. */
const images = [...Object.keys(registered), ...givenImages.map(({ type }) => type), ...Object.keys(plannedImages)].join(
  ", ",
);
const platforms = [...platformDrivers.map(({ platform }) => platform), ...Object.keys(plannedPlatforms)]
  .map((name) => `"${name}"`)
  .join(" or ");
const withGuest = (fields: object) => stackOf({ guests: { a: guest(fields) } });

/** Every line of the error, without the file that each of them must begin with. */
function problems(input: unknown): string[] {
  try {
    parseStack("demo", input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.every((line) => line.startsWith("stacks/demo.ts: "))).toBe(true);
    return error.problems.map((line) => line.slice("stacks/demo.ts: ".length));
  }
}

test("the studies' values are the defaults", () => {
  const stack = parseStack("demo", stackOf({ guests: { a: { ...guest(), platform: "kvm" } } }));
  expect(stack.guests.a).toMatchObject({
    vcpus: 1,
    memoryMiB: 1024,
    power: "off",
    hugePages: "2MiB",
    vhost: false,
    preCreatedTap: true,
    diskCache: "none",
  });
  expect(stack.plans.guests.a).toMatchObject({ cpus: "1", address: "198.18.0.10", stack: "demo" });
  expect(stack.plans.guests.a?.network.bridge).toBe("gbr0");
});

describe("one field", () => {
  test.each([
    ["a unit in a number", { memoryMiB: "1 GiB" }, 'memoryMiB: expected a number (in MiB, such as 1024), not "1 GiB"'],
    ["part of a CPU", { vcpus: 1.5 }, "vcpus: expected a whole number, not 1.5"],
    ["no CPU", { vcpus: 0 }, "vcpus: expected at least 1, not 0"],
    ["too little memory", { memoryMiB: 16 }, "memoryMiB: expected at least 32 (in MiB, such as 1024), not 16"],
    ["too much memory", { memoryMiB: 2e6 }, "memoryMiB: expected at most 1048576 (in MiB, such as 1024), not 2000000"],
    ["no CPU list", { cpus: "a-b" }, "cpus: expected a CPU list such as 1 or 0,2-3"],
    ["endless CPU list", { cpus: "0-99999999999" }, "cpus: expected a CPU list such as 1 or 0,2-3"],
    [
      "backward CPU list",
      { cpus: "3-1" },
      "cpus: a range of CPUs goes from the lower number to the higher, such as 2-3",
    ],
    [
      "no such page",
      { platform: "kvm", hugePages: "4MiB" },
      'hugePages: expected "2MiB" or "1GiB" or "none", not "4MiB"',
    ],
    ["text for a switch", { platform: "kvm", vhost: "on" }, 'vhost: expected true or false, not "on"'],
    ["no address", { address: undefined }, "address: expected an IPv4 address such as 198.18.0.10"],
    ["half an address", { address: "198.18.0" }, "address: expected an IPv4 address such as 198.18.0.10"],
    [
      "private address",
      { address: "192.168.0.10" },
      "address: outside 198.18.0.0/15, the range set aside for benchmarks (RFC 2544)",
    ],
    [
      "address elsewhere",
      { address: "198.19.0.10" },
      "address: 198.19.0.10 is no host address of network lan (198.18.0.0/24)",
    ],
    [
      "broadcast address",
      { address: "198.18.0.255" },
      "address: 198.18.0.255 is no host address of network lan (198.18.0.0/24)",
    ],
    [
      "host's address",
      { address: "198.18.0.1" },
      "address: 198.18.0.1 is already taken by the hostAddress of network lan",
    ],
    [
      "client's address",
      { address: "198.18.0.2" },
      "address: 198.18.0.2 is already taken by the clientAddress of network lan",
    ],
    ["unknown image", { image: "debain" }, `image: unknown image "debain"; did you mean "debian"? (known: ${images})`],
    ["unknown network", { network: "lam" }, 'network: unknown network "lam"; did you mean "lan"? (known: lan)'],
    ["platform to come", { platform: "qnx" }, `platform: expected ${platforms}, not "qnx"`],
    ["no platform", { platform: undefined }, `platform: missing: expected ${platforms}`],
  ])("%s", (_, fields, message) => {
    expect(problems(withGuest(fields))).toEqual([`guests.a.${message}`]);
  });

  test("an unknown field is named, with the nearest one", () => {
    expect(problems(withGuest({ memoryMB: 512 }))).toEqual([
      'guests.a: unknown field "memoryMB"; did you mean "memoryMiB"? (known: platform, image, network, vcpus, memoryMiB, cpus, power, address, runtime)',
    ]);
    expect(problems(withGuest({ platform: "kvm", hugepages: "none" }))[0]).toContain('did you mean "hugePages"?');
    expect(problems(stackOf({ host: { guestCpu: "1" } }))[0]).toMatch(/^host: unknown field "guestCpu"; did you mean/);
    expect(problems(stackOf({ guest: {} }))[0]).toMatch(/^unknown field "guest"; did you mean "guests"\?/);
  });
});

describe("combinations", () => {
  test.each([
    ["docker", { platform: "docker", address: "198.18.0.10" }, "no file system that a container could run"],
    ["bare-metal", { platform: "bare-metal" }, "no file system tree that the host could run"],
  ])("%s × tinyx is impossible", (platform, fields, reason) => {
    expect(problems(stackOf({ guests: { a: { image: "tinyx", ...fields } } }))).toEqual([
      `guests.a: impossible combination ${platform} × tinyx: image tinyx has ${reason}`,
    ]);
  });

  test("two guests with one address", () => {
    expect(problems(stackOf({ guests: { a: guest(), "b.kvm": guest({ platform: "kvm" }) } }))).toEqual([
      'guests["b.kvm"].address: 198.18.0.10 is already taken by guest a',
    ]);
  });

  test("an unknown baseline", () => {
    expect(problems(stackOf({ baseline: "host" }))).toEqual(['baseline: unknown guest "host" (known: a)']);
  });

  test("a guest must choose where there are two networks", () => {
    const other = { type: "tap-bridge", bridge: "gbr1", namespace: "gb-other", subnet: "198.18.1.0/24" };
    const networks = { lan, other: { ...other, hostAddress: "198.18.1.1", clientAddress: "198.18.1.2" } };
    expect(problems(stackOf({ networks }))).toEqual(["guests.a.network: missing: expected one of lan, other"]);
    expect(problems({ networks, guests: { a: guest({ network: "lan" }) } })).toEqual([]);
  });
});

describe("guests that this version cannot have", () => {
  const rkt = { platform: "rkt", image: "debian", address: "198.18.0.11" };

  test("are declared like others, and no driver gets a plan of them", () => {
    const guests = { a: guest(), rkt, osv: { ...guest(), platform: "kvm", image: "osv", address: "198.18.0.12" } };
    const stack = parseStack("demo", stackOf({ guests, baseline: "rkt" }));
    expect(Object.keys(stack.plans.guests)).toEqual(["a"]);
    expect(Object.keys(stack.plans.planned)).toEqual(["rkt", "osv"]);
    expect(stack.guests.rkt).toMatchObject({ vcpus: 1, memoryMiB: 1024, power: "off" });
  });

  test.each([
    ["field of no platform", { ...rkt, vhost: true }, 'guests.b: unknown field "vhost" (known: platform, image'],
    [
      "address of another",
      { ...rkt, address: "198.18.0.10" },
      "guests.b.address: 198.18.0.10 is already taken by guest a",
    ],
    [
      "address elsewhere",
      { ...rkt, address: "198.19.0.1" },
      "guests.b.address: 198.19.0.1 is no host address of network",
    ],
    ["unknown network", { ...rkt, network: "lam" }, 'guests.b.network: unknown network "lam"; did you mean "lan"?'],
    ["unknown image", { ...rkt, image: "oosv" }, 'guests.b.image: unknown image "oosv"; did you mean "osv"?'],
  ])("%s", (_, fields, message) => {
    const [first = "", ...others] = problems(stackOf({ guests: { a: guest(), b: fields } }));
    expect(first.slice(0, message.length)).toBe(message);
    expect(others).toEqual([]);
  });
});

describe("networks", () => {
  const withNetwork = (fields: object) => stackOf({ networks: { lan: { ...lan, ...fields } } });

  test.each([
    ["name of others", { bridge: "br0" }, "bridge: expected gb followed by 1 to 10 of a-z, 0-9 and -"],
    ["long name", { bridge: "gbr-far-too-long" }, "bridge: expected gb followed by 1 to 10 of a-z, 0-9 and -"],
    ["shell in a name", { bridge: "gb;reboot" }, "bridge: expected gb followed by 1 to 10 of a-z, 0-9 and -"],
    [
      "host bits",
      { subnet: "198.18.0.1/24" },
      "subnet: host bits are set; write the network address, such as 198.18.0.0/24",
    ],
    ["no prefix", { subnet: "198.18.0.0" }, "subnet: expected an IPv4 subnet such as 198.18.0.0/24"],
    ["wide prefix", { subnet: "198.18.0.0/15" }, "subnet: expected a prefix from /16 to /29"],
    [
      "private subnet",
      { subnet: "10.0.0.0/24" },
      "subnet: outside 198.18.0.0/15, the range set aside for benchmarks (RFC 2544)",
    ],
    [
      "other type",
      { type: "macvtap" },
      'type: expected "tap-bridge" or "ovs" or "ovs-dpdk" or "vosyswitch", not "macvtap"',
    ],
    ["host elsewhere", { hostAddress: "198.18.9.1" }, "hostAddress: 198.18.9.1 is no host address of 198.18.0.0/24"],
    [
      "one address twice",
      { clientAddress: "198.18.0.1" },
      "clientAddress: 198.18.0.1 is already taken by the hostAddress of network lan",
    ],
  ])("%s", (_, fields, message) => {
    expect(problems(withNetwork(fields))).toEqual([`networks.lan.${message}`]);
  });

  const kvm = (fields: object) => ({
    platform: "kvm",
    image: "tinyx",
    address: "198.18.2.10",
    network: "n",
    ...fields,
  });
  test.each([
    [
      "preCreatedTap: false on a switch",
      { type: "ovs", subnet: "198.18.2.0/24", hostAddress: "198.18.2.1", clientAddress: "198.18.2.2" },
      kvm({ preCreatedTap: false }),
      "kvm × ovs: preCreatedTap: false leaves the tap to libvirt, which cannot plug it into such a network",
    ],
    [
      "vhost by vhost-user",
      { type: "ovs-dpdk" },
      kvm({ vhost: true }),
      "kvm × ovs-dpdk: vhost is virtio-net in the host's kernel, and such a network is reached by vhost-user only",
    ],
    [
      "a container without a port",
      { type: "vosyswitch" },
      guest({ network: "n", address: "198.18.3.10" }),
      "docker × vosyswitch: such a network takes no containers",
    ],
    [
      "a host that is not there",
      { type: "vosyswitch" },
      { platform: "bare-metal", image: "debian" },
      "bare-metal × vosyswitch: the host itself is not on such a network",
    ],
  ])("impossible: %s", (_, network, plugged, message) => {
    expect(problems({ networks: { n: network }, guests: { a: plugged } })).toEqual([
      `guests.a.network: impossible combination ${message}`,
    ]);
  });

  test("a host has one switch with DPDK, and it polls on CPUs that are there", () => {
    const dpdk = { type: "ovs-dpdk", pmdCpus: "2" };
    const second = { ...dpdk, bridge: "gbd1", namespace: "gb-second", subnet: "198.18.4.0/24" };
    const networks = { a: dpdk, b: { ...second, hostAddress: "198.18.4.1", clientAddress: "198.18.4.2" } };
    const guests = { host: { platform: "bare-metal", image: "debian", network: "a" } };
    expect(problems({ networks, guests })).toEqual([
      "networks.b.type: the host's one switch with DPDK is already taken by network a",
    ]);
    const stack = parseStack("demo", { networks: { a: dpdk }, guests });
    expect(() => checkHost(stack, { cpus: 3, memoryMiB: 4096 })).not.toThrow();
    expect(() => checkHost(stack, { cpus: 2, memoryMiB: 4096 })).toThrow("networks.a.pmdCpus: CPU 2 does not exist");
  });

  test("two networks share neither bridge, namespace nor addresses", () => {
    const wide = { ...lan, subnet: "198.18.0.0/16", hostAddress: "198.18.7.1", clientAddress: "198.18.7.2" };
    expect(problems({ networks: { lan, wide }, guests: { a: guest({ network: "lan" }) } })).toEqual([
      "networks.wide.bridge: gbr0 is already taken by network lan",
      "networks.wide.namespace: gb-client is already taken by network lan",
      "networks.wide.subnet: 198.18.0.0/16 overlaps the subnet of network lan",
    ]);
  });
});

describe("all problems at once", () => {
  test("three mistakes make three lines, each with its file", () => {
    const input = stackOf({
      host: { guestCpus: "x" },
      guests: { a: guest({ vcpus: "two" }), b: guest({ image: "plan9" }) },
    });
    expect(() => parseStack("demo", input)).toThrow(
      [
        "3 problems:",
        "  - stacks/demo.ts: host.guestCpus: expected a CPU list such as 1 or 0,2-3",
        '  - stacks/demo.ts: guests.a.vcpus: expected a number, not "two"',
        `  - stacks/demo.ts: guests.b.image: unknown image "plan9" (known: ${images})`,
      ].join("\n"),
    );
  });

  test("a broken network is no reason to call it unknown, and its guests are still checked", () => {
    expect(
      problems({
        networks: { lan: { ...lan, subnet: "nowhere" } },
        guests: { a: guest({ network: "lan", image: "tinyx" }), B: guest(), c: 5 },
        baseline: "B",
      }),
    ).toEqual([
      "networks.lan.subnet: expected an IPv4 subnet such as 198.18.0.0/24",
      "guests.B: expected a name of a-z, 0-9, . and -, at most 40 characters",
      "guests.c: expected an object of fields, not 5",
      "guests.a: impossible combination docker × tinyx: image tinyx has no file system that a container could run",
    ]);
  });

  test.each([
    [
      "nothing in it",
      {},
      [
        "networks: missing: expected an object of named entries",
        "guests: missing: expected an object of named entries",
      ],
    ],
    [
      "empty lists",
      { networks: {}, guests: {} },
      ["networks: expected at least one network", "guests: expected at least one guest"],
    ],
    ["no object", "stack", ['expected an object of fields, not "stack"']],
    ["a function", () => 1, ["expected an object of fields, not a function"]],
    ["null", null, ["expected an object of fields, not null"]],
  ])("%s", (_, input, lines) => {
    expect(problems(input)).toEqual(lines);
  });
});

describe("the host it is to run on", () => {
  const host = { cpus: 2, memoryMiB: 4096 };

  test("CPUs and memory that are there", () => {
    expect(() => checkHost(parseStack("demo", stackOf()), host)).not.toThrow();
  });

  test("CPUs that it lacks and memory beyond its own are all named", () => {
    const guests = { a: guest({ cpus: "0,2-3" }), "b.kvm": guest({ address: "198.18.0.11", memoryMiB: 8192 }) };
    const stack = parseStack("demo", stackOf({ host: { guestCpus: "1", clientCpus: "7" }, guests }));
    expect(() => checkHost(stack, host)).toThrow(
      [
        "3 problems:",
        "  - stacks/demo.ts: host.clientCpus: CPU 7 does not exist; this host has CPUs 0-1",
        "  - stacks/demo.ts: guests.a.cpus: CPU 2, 3 does not exist; this host has CPUs 0-1",
        '  - stacks/demo.ts: guests["b.kvm"].memoryMiB: 8192 MiB is more than the host\'s 4096 MiB',
      ].join("\n"),
    );
  });
});
