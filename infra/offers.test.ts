import { describe, expect, test } from "vitest";
import { openHostForPlan } from "./hosts/assumed.ts";
import type { DeclaredArchitecture } from "./hosts/declared.ts";
import type { Architecture } from "./images/image.ts";
import { images } from "./images/index.ts";
import { plannedImages } from "./images/planned.ts";
import { offersOn } from "./offers.ts";
import { platformDrivers } from "./platforms/index.ts";
import { plannedPlatforms } from "./platforms/planned.ts";
import { parseStack } from "./stack.ts";

const rkt = "not in this version: rkt, whose last release is of 2018";
const kvm = { platform: "kvm", image: "debian", address: "198.18.0.10" };
const xen = { ...kvm, platform: "xen" };

/** What the guest offers on such a host, which images are built beside. */
function offered(
  guest: object,
  declared: { architecture: DeclaredArchitecture; accelerator: string },
  builder: Architecture,
) {
  const stack = parseStack("demo", {
    host: { access: { type: "ssh" }, declared: { ...declared, cpus: 4, memoryMiB: 8192 } },
    networks: { lan: { type: "tap-bridge" } },
    guests: { a: guest },
  });
  return offersOn(stack, { ...openHostForPlan(stack), builder }).a;
}

/** Why the guest does not run on a host with KVM. */
function refusal(guest: object, architecture: DeclaredArchitecture, builder: Architecture = "amd64"): string | null {
  const offer = offered(guest, { architecture, accelerator: "kvm" }, builder);
  if (offer?.unavailable !== null) expect(offer).toMatchObject({ capabilities: [], bootProfiles: [] });
  else expect(offer.capabilities).toContain("network");
  return offer?.unavailable ?? null;
}

describe("a guest runs where its platform, its image and the host's instruction set meet", () => {
  test.each<[string, object, DeclaredArchitecture, Architecture, string | null]>([
    ["KVM on x86-64", kvm, "x86_64", "amd64", null],
    ["KVM on ARMv8", kvm, "arm64", "arm64", null],
    [
      "images of another machine",
      kvm,
      "arm64",
      "amd64",
      "image debian is made for amd64 on this machine, and the host is arm64: run guestbench on one like it",
    ],
    ["an image made for either", { ...kvm, image: "busybox" }, "arm64", "amd64", null],
    ["an image made for either, the other way round", { ...kvm, image: "busybox" }, "x86_64", "arm64", null],
    ["KVM on ARMv7", kvm, "armv7", "amd64", "KVM on ARMv7 left Linux in 5.7; image debian is not made for ARMv7"],
    [
      "bare metal on ARMv7",
      { platform: "bare-metal", image: "debian" },
      "armv7",
      "amd64",
      "image debian is not made for ARMv7",
    ],
    ["rkt", { platform: "rkt", image: "debian" }, "x86_64", "amd64", rkt],
    [
      "OSv",
      { ...kvm, image: "osv" },
      "x86_64",
      "amd64",
      "needs an artefact: OSv's loader-stripped.elf and usr.img, in the stack's images",
    ],
    [
      "OSv on ARMv8",
      { ...kvm, image: "osv" },
      "arm64",
      "arm64",
      "acharya2018 found no stable support for unikernels on ARMv8; an artefact for it is taken all the same; needs an artefact: OSv's loader-stripped.elf and usr.img, in the stack's images",
    ],
    ["Mini-OS under Xen", { ...xen, image: "minios" }, "x86_64", "amd64", "not in this version: Mini-OS"],
  ])("%s", (_, guest, architecture, builder, reason) => {
    expect(refusal(guest, architecture, builder)).toBe(reason);
  });
});

test.each(["pv", "pvh", "hvm"])("a host with Xen runs its guests of type %s, any other none", (type) => {
  const on = (accelerator: string) => offered({ ...xen, type }, { architecture: "x86_64", accelerator }, "amd64");
  expect(on("xen")).toMatchObject({ unavailable: null, bootProfiles: ["standard"] });
  expect(on("kvm")?.unavailable).toBe("this host is no control domain of Xen");
});

test("every guest offers the files that the stack gives to workloads", () => {
  const artefacts = { unixbench: { url: "https://download.example/a.tar.gz", sha256: "0".repeat(64) } };
  const declared = { architecture: "x86_64", cpus: 4, memoryMiB: 8192, accelerator: "kvm" };
  const host = { access: { type: "ssh" }, declared };
  const stack = parseStack("demo", { host, artefacts, networks: { lan: { type: "tap-bridge" } }, guests: { a: kvm } });
  const offers = offersOn(stack, { ...openHostForPlan(stack), builder: "amd64" });
  expect(offers.a?.capabilities).toContain("artefact:unixbench");
});

test("what this version has is not in the lists of what it lacks", () => {
  const platforms: string[] = platformDrivers.map(({ platform }) => platform);
  expect(Object.keys(plannedPlatforms).filter((name) => platforms.includes(name))).toEqual([]);
  expect(Object.keys(plannedImages).filter((name) => Object.hasOwn(images, name))).toEqual([]);
});
