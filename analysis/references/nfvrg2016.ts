/** The table of nfvrg2016 (lightweight virtualization for NFV) as data. */
import type { Published } from "./published.ts";
import type { Measured, PublishedValue, Reference } from "./reference.ts";

type Quantity = "instantiation" | "tx" | "rx" | "rtt" | "imageSize" | "memory";

/** Column title and unit as printed in the study. */
const columns: Record<Quantity, { title: string; unit: string }> = {
  instantiation: { title: "instantiation", unit: "ms" },
  tx: { title: "Tx throughput", unit: "Gbit/s" },
  rx: { title: "Rx throughput", unit: "Gbit/s" },
  rtt: { title: "RTT", unit: "ms" },
  imageSize: { title: "image size", unit: "MB" },
  memory: { title: "memory usage", unit: "MB" },
};

export const nfvrg2016Table: Readonly<Record<string, Readonly<Record<Quantity, number>>>> = {
  "standardvm.xen": { instantiation: 6500, tx: 23.1, rx: 24.5, rtt: 34, imageSize: 913, memory: 112 },
  "standardvm.kvm": { instantiation: 2988, tx: 20.1, rx: 38.9, rtt: 18, imageSize: 913, memory: 82 },
  container: { instantiation: 1711, tx: 45.1, rx: 43.8, rtt: 4, imageSize: 61, memory: 3.8 },
  "tinyx.kvm": { instantiation: 1081, tx: 21.5, rx: 37.9, rtt: 19, imageSize: 3.5, memory: 30 },
  "tinyx.xen": { instantiation: 431, tx: 28.6, rx: 24.9, rtt: 15, imageSize: 3.7, memory: 31 },
  "osv.kvm": { instantiation: 330, tx: 47.9, rx: 47.7, rtt: 9, imageSize: 12, memory: 52 },
  "minios.xen": { instantiation: 31, tx: 49.5, rx: 32.6, rtt: 5, imageSize: 2, memory: 8 },
};

export const nfvrg2016Numbers: readonly Published[] = Object.entries(nfvrg2016Table).flatMap(([system, row]) =>
  (Object.keys(columns) as Quantity[]).map((quantity): Published => {
    const { title, unit } = columns[quantity];
    const where = { study: "nfvrg2016", place: "summary table", system, quantity: title, parameters: {} } as const;
    return { ...where, statistic: "value", unit, value: row[quantity] };
  }),
);

/** Which column a measurement of ours belongs to: by workload, and for throughput by the direction in its parameters or label. */
function quantityOf(cell: Measured): Quantity | null {
  switch (cell.workload) {
    case "instantiation":
      return "instantiation";
    case "iperf3": {
      const words = [...Object.values(cell.parameters).map(String), ...cell.label.split(/\s+/)].map((w) =>
        w.toLowerCase(),
      );
      if (words.includes("tx")) return "tx";
      return words.includes("rx") ? "rx" : null;
    }
    case "rtt":
    case "ping":
      return "rtt";
    case "image-size":
      return "imageSize";
    case "memory":
      return "memory";
    default:
      return null;
  }
}

const cpu = { name: "Intel Xeon E5-1630 v3", pattern: /\bE5-1630 v3\b/ };

export const nfvrg2016: Reference = {
  study: "nfvrg2016",
  citation: "Natarajan et al., lightweight virtualization for NFV, IETF NFVRG, 2016",
  cpu,
  testbed: {
    cpuPattern: cpu.pattern,
    host: { cpu: `${cpu.name}, 3.7 GHz`, cores: "4", memory: "32 GB" },
    platforms: {
      kvm: { accelerator: "kvm", hostKernel: "4.4.1", guestKernel: "4.4.1", tap: "made before the guest" },
      xen: { accelerator: "xen", xen: "4.6.0", guestKernel: "4.4.1" },
      docker: { docker: "1.11" },
    },
  },
  lookup(guestName, guest, cell): PublishedValue | null {
    const quantity = quantityOf(cell);
    // The study's only container is a Docker one; its virtual machines carry our names.
    const row = guest.platform === "docker" ? "container" : guestName;
    const value = quantity && Object.hasOwn(nfvrg2016Table, row) ? nfvrg2016Table[row]?.[quantity] : undefined;
    if (quantity === null || value === undefined) return null;
    const { title, unit } = columns[quantity];
    return { value, unit, source: `nfvrg2016, summary table, row ${row}, column ${title}` };
  },
  notes: () => [],
};
