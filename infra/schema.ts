/** Field types that every stack schema shares, each with its unit and the study its default comes from. */
import { z } from "zod";

/** RFC 2544 sets 198.18.0.0/15 aside for benchmarks; experiment networks stay inside it. */
const EXPERIMENT_RANGE = { base: toNumber("198.18.0.0"), bits: 15 };

/** IPv4 dotted quad → unsigned 32-bit number. */
function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function prefixOf(subnet: string): number {
  return Number(subnet.split("/")[1]);
}

/** Dotted netmask of a subnet such as 198.18.0.0/24. */
export function netmaskOf(subnet: string): string {
  const mask = 2 ** 32 - 2 ** (32 - prefixOf(subnet));
  return [24, 16, 8, 0].map((shift) => Math.floor(mask / 2 ** shift) % 256).join(".");
}

/** Whether an address is a usable host address of the subnet (neither its network nor its broadcast address). */
export function isHostAddress(address: string, subnet: string): boolean {
  const [base = ""] = subnet.split("/");
  const offset = toNumber(address) - toNumber(base);
  return offset > 0 && offset < 2 ** (32 - prefixOf(subnet)) - 1;
}

/** Whether two subnets share an address. */
export function subnetsOverlap(a: string, b: string): boolean {
  const size = 2 ** (32 - Math.min(prefixOf(a), prefixOf(b)));
  const block = (subnet: string) => Math.floor(toNumber(subnet.split("/")[0] ?? "") / size);
  return block(a) === block(b);
}

function inExperimentRange(address: string): boolean {
  return Math.floor((toNumber(address) - EXPERIMENT_RANGE.base) / 2 ** (32 - EXPERIMENT_RANGE.bits)) === 0;
}

export const addressSchema = z
  .ipv4({ error: "expected an IPv4 address such as 198.18.0.10", abort: true })
  .refine(inExperimentRange, { error: "outside 198.18.0.0/15, the range set aside for benchmarks (RFC 2544)" });

export const subnetSchema = z
  .cidrv4({ error: "expected an IPv4 subnet such as 198.18.0.0/24", abort: true })
  .refine((subnet) => inExperimentRange(subnet.split("/")[0] ?? ""), {
    error: "outside 198.18.0.0/15, the range set aside for benchmarks (RFC 2544)",
    abort: true,
  })
  .refine((subnet) => prefixOf(subnet) >= 16 && prefixOf(subnet) <= 29, {
    error: "expected a prefix from /16 to /29",
    abort: true,
  })
  .refine((subnet) => toNumber(subnet.split("/")[0] ?? "") % 2 ** (32 - prefixOf(subnet)) === 0, {
    error: "host bits are set; write the network address, such as 198.18.0.0/24",
  });

/** Interface names start with gb, so that the tool's own are told from everybody else's; Linux's 15 leave 3 for a suffix. */
export const interfaceNameSchema = z
  .string()
  .regex(/^gb[a-z0-9-]{1,10}$/, { error: "expected gb followed by 1 to 10 of a-z, 0-9 and -" });

/** A list of CPU numbers as Linux writes it: 1 or 0,2-3. */
export const cpuListSchema = z
  .string()
  .regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/, { error: "expected a CPU list such as 1 or 0,2-3", abort: true })
  .refine((list) => list.split(",").every((part) => cpusOf(part).length > 0), {
    error: "a range of CPUs goes from the lower number to the higher, such as 2-3",
  });

/** Numbers of a CPU list, e.g. 0,2-3 → [0, 2, 3]. */
export function cpusOf(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}

export const networkNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,15}$/, { error: "expected a name of a-z, 0-9 and -, at most 16 characters" });

export const guestNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,39}$/, { error: "expected a name of a-z, 0-9, . and -, at most 40 characters" });

/** What every guest declares, whatever its platform. raho2015, nfvrg2016 and mavridis2019 all limit a guest to 1 CPU and 1 GiB. */
export const guestFields = {
  image: z.string().describe("what runs in it: a name of infra/images"),
  network: z.string().optional().describe("key into the stack's networks; may be left out where there is one only"),
  vcpus: z.number().int().min(1).max(64).default(1).describe("virtual CPUs; the studies use 1"),
  memoryMiB: z.number().int().min(32).max(1_048_576).default(1024).describe("memory in MiB; the studies use 1 GiB"),
  cpus: cpuListSchema.optional().describe("host CPUs the guest is pinned to; default: the host's guestCpus"),
  power: z
    .enum(["off", "on"])
    .default("off")
    .describe("on: runs from pulumi up until a campaign takes its turn with the guests"),
};
