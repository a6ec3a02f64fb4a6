import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, InfraError } from "../errors.ts";
import { parseStack } from "../stack.ts";
import { openHostForPlan } from "./assumed.ts";
import { hostShell } from "./open.ts";
import { disconnect } from "./ssh.ts";

const name = `unittest-assumed-${process.pid}`;
const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const declared = { architecture: "x86_64", cpus: 4, memoryMiB: 8192, accelerator: "kvm" };
/** Nothing listens on that port of the loopback interface. */
const closed = { address: "127.0.0.1", port: 1, hostKey };

const stackOf = (access: object, host: object = { declared }) =>
  parseStack(name, {
    host: { access: { type: "ssh", ...access }, guestCpus: "3", ...host },
    networks: { lan: { type: "tap-bridge" } },
    guests: { a: { platform: "bare-metal", image: "debian" } },
  });

afterAll(() => disconnect(name));

describe("a plan believes the declaration", () => {
  test.each([
    ["no address is set", {}],
    ["no host key is set", { address: "192.0.2.7" }],
    [/^no connection: .*Connection refused/, closed],
  ])("%s", (reason, access) => {
    const { assumed, architecture, context } = openHostForPlan(stackOf(access));
    expect(assumed).toMatch(reason);
    expect(architecture).toBe("x86_64");
    expect(context.facts).toMatchObject({ architecture: "x86_64", cpus: 4, memoryMiB: 8192, vhostNet: true });
    expect(context).toMatchObject({ stack: name, accelerator: { name: "kvm" }, guestCpus: "3", clientCpus: "0" });
  });

  test("and sends nothing to the host", () => {
    const { shell } = openHostForPlan(stackOf({})).context;
    expect(() => shell.sh("true")).toThrow(InfraError);
    expect(() => shell.sh("true")).toThrow("cannot be asked: no address is set");
    expect(shell.prefix).toEqual(["false"]);
  });

  test.each(["xen", "none"])("a host with accelerator %s runs no guest under KVM", (accelerator) => {
    const { context } = openHostForPlan(stackOf({}, { declared: { ...declared, accelerator } }));
    expect(context.accelerator.name).toBe("tcg");
  });

  test("an ARMv7 host is not asked even where it could be", () => {
    const stack = stackOf(closed, { declared: { ...declared, architecture: "armv7" } });
    expect(openHostForPlan(stack)).toMatchObject({ architecture: "armv7", assumed: "no guest runs on ARMv7" });
    expect(() => hostShell(stack)).toThrow(ConfigError);
    expect(() => hostShell(stack)).toThrow("setting an address does not change that");
  });
});

describe("without a declaration", () => {
  test("what is not set is named, with the way to set it", () => {
    const open = () => openHostForPlan(stackOf({}, {}));
    expect(open).toThrow(ConfigError);
    expect(open).toThrow(`stacks/${name}.ts: host.access.address: not set`);
    expect(open).toThrow(`npx pulumi config set address ADDRESS -s ${name}`);
    expect(open).toThrow("host.access.hostKey: not set");
  });

  test("a host that does not answer is an error of the testbed", () => {
    const open = () => openHostForPlan(stackOf(closed, {}));
    expect(open).toThrow(InfraError);
    expect(open).toThrow("Connection refused");
  });
});
