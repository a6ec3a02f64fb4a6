import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseStack } from "../stack.ts";
import { openHostForPlan } from "./assumed.ts";
import { probeHost } from "./probe.ts";
import { disconnect } from "./ssh.ts";
import { hasSshd, startSshd } from "./sshd-fixture.ts";

const name = `unittest-plan-${process.pid}`;
const otherKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

describe.skipIf(!hasSshd)("a declared host that answers", () => {
  let sshd: Awaited<ReturnType<typeof startSshd>>;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => {
    disconnect(name);
    await sshd.stop();
  });

  const open = (change: object = {}) =>
    openHostForPlan(
      parseStack(name, {
        host: {
          access: { type: "ssh", ...sshd.access, ...change },
          declared: { architecture: "x86_64", cpus: 999, memoryMiB: 8192, accelerator: "kvm" },
        },
        networks: { lan: { type: "tap-bridge" } },
        guests: { a: { platform: "bare-metal", image: "debian" } },
      }),
    );

  test("is asked, and its word counts", () => {
    const { assumed, context } = open();
    expect(assumed).toBeNull();
    expect(context.facts.cpus).toBe(probeHost().cpus);
  });

  test("is not replaced by its declaration where it shows another key than the stack has", () => {
    expect(() => open({ hostKey: otherKey })).toThrow("shows another host key than the stack's");
  });

  test("is, where it lets nobody in", () => {
    expect(open({ identityFile: "/nonexistent" }).assumed).toMatch(/^no connection: .*Permission denied/);
  });
});
