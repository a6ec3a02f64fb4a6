/** A study's testbed as published, and what differs between it and ours: what a comparison has to be read with. */
import type { Environment } from "../../experiments/campaign/results.ts";
import { number } from "../format.ts";
import type { Guest } from "./reference.ts";

interface Ours {
  environment: Environment | null;
  guest: Guest;
}

interface Fact {
  /** How it is called in the report. */
  what: string;
  /** null: not recorded. */
  ours(ours: Ours): string | null;
  /** Default: the published version is the beginning of ours. */
  same?(ours: string, published: string, cpu: RegExp): boolean;
}

const gib = (mib: number | undefined) => (mib === undefined ? null : `${number(mib / 1024)} GiB`);
/** Studies give what is sold as so many GB, of which the firmware keeps a part. */
const about = (ours: string, published: string) =>
  Math.abs(Number.parseFloat(ours) / Number.parseFloat(published) - 1) < 0.1;
const tool = (name: string) => (ours: Ours) => ours.environment?.tools.versions[name] ?? null;
const setting = (name: string) => (ours: Ours) => ours.guest.settings[name] ?? null;
const cores = (count: number | null | undefined) => (count == null ? null : `${count}`);

/** Most consequential first. */
const facts = {
  accelerator: { what: "accelerator", ours: ({ guest }) => guest.accelerator },
  cpu: {
    what: "CPU",
    ours: ({ environment }) => environment?.hardware.cpuModel ?? null,
    same: (ours, _, cpu) => cpu.test(ours),
  },
  cores: { what: "cores", ours: ({ environment }) => cores(environment?.hardware.cores) },
  memory: { what: "memory", ours: ({ environment }) => gib(environment?.hardware.memoryMiB), same: about },
  hostKernel: { what: "host's kernel", ours: ({ environment }) => environment?.kernel.release ?? null },
  hostSystem: { what: "host's system", ours: ({ environment }) => environment?.kernel.os ?? null },
  qemu: { what: "QEMU", ours: tool("qemu") },
  xen: { what: "Xen", ours: tool("xen") },
  docker: { what: "Docker", ours: tool("docker") },
  guestKernel: {
    what: "guest's kernel",
    ours: ({ environment, guest }) => environment?.images?.[guest.image]?.kernelRelease ?? null,
  },
  guestCpus: { what: "guest's CPUs", ours: ({ guest }) => String(guest.vcpus) },
  guestMemory: { what: "guest's memory", ours: ({ guest }) => gib(guest.memoryMiB), same: about },
  hugePages: { what: "huge pages", ours: setting("huge pages") },
  vhost: { what: "vhost", ours: setting("vhost") },
  tap: { what: "tap device", ours: setting("tap") },
} satisfies Record<string, Fact>;

type Facts = Partial<Record<keyof typeof facts, string>>;

/** What the study says; what it does not say is left out. */
export interface Testbed {
  /** How to recognise its CPU by the name that a kernel gives it. */
  cpuPattern: RegExp;
  host: Facts;
  /** By platform. */
  platforms: Readonly<Record<string, Facts>>;
}

export interface TestbedDifference {
  what: string;
  ours: string;
  published: string;
}

/** Versions agree as far as the study gives them: 4.4.1 is met by 4.4.1-amd64, not by 4.4.10. */
const begins = (ours: string, published: string) =>
  ours === published || (ours.startsWith(published) && !/^[\d.]/.test(ours.slice(published.length)));

/** Of files nothing counts but what they are made of. */
export function fileDifferences(testbed: Testbed, ours: Ours): TestbedDifference[] {
  return testbedDifferences(testbed, ours).filter(({ what }) => what === facts.guestKernel.what);
}

export function testbedDifferences(testbed: Testbed, ours: Ours): TestbedDifference[] {
  const published: Facts = { ...testbed.host, ...testbed.platforms[ours.guest.platform] };
  return (Object.entries(facts) as [keyof typeof facts, Fact][]).flatMap(([name, fact]) => {
    const theirs = published[name];
    const own = fact.ours(ours);
    if (theirs === undefined || (own !== null && (fact.same ?? begins)(own, theirs, testbed.cpuPattern))) return [];
    return [{ what: fact.what, ours: own ?? "not recorded", published: theirs }];
  });
}
