/** The tables of mavridis2019 (lightweight virtualization for software defined systems), number by number. */
import { type Grid, latencies, requestRates } from "./mavridis2019-wrk.ts";
import { type Asserted, asserted, type Published } from "./published.ts";
import type { Measured, Reference } from "./reference.ts";

const study = "mavridis2019";

/** Table III: `free -m` on the host while the page is served, MB. */
const servingMemory: Readonly<Record<string, number>> = { osv: 185, rumprun: 97, includeos: 16, mirageos: 7 };

type Latency = readonly [average: number, maximum: number, percentile95: number];

/** Table IV: latency of sysbench OLTP, ms. */
const oltpLatency: Readonly<Record<string, Readonly<Record<"read-only" | "read-write", Latency>>>> = {
  "container.bare-metal": { "read-only": [5.22, 40.63, 6.7], "read-write": [5.7, 25.14, 6.97] },
  "container.vm": { "read-only": [6.02, 81.23, 9.61], "read-write": [8.73, 74.92, 11.73] },
  "container.vm-virtio": { "read-only": [5.13, 63.95, 6.58], "read-write": [8.31, 223.75, 13.74] },
  linuxkit: { "read-only": [5.59, 21.15, 6.05], "read-write": [8.84, 79.37, 10.77] },
  osv: { "read-only": [6.61, 68.46, 7.65], "read-write": [10.4, 68.49, 16.32] },
  rumprun: { "read-only": [27.59, 78.61, 28.68], "read-write": [49.82, 233.06, 138.71] },
};

const wrkStatistics = ["average", "maximum", "standard deviation"] as const;
const oltpStatistics = ["average", "maximum", "95th percentile"] as const;

function wrk(grid: Grid, quantity: string, unit: string): Published[] {
  return Object.entries(grid).flatMap(([system, rows]) =>
    Object.entries(rows).flatMap(([connections, row]) =>
      row.flatMap((value, i): Published[] => {
        const statistic = wrkStatistics[i] as Published["statistic"];
        const where = { study, place: "Table II", system, quantity, parameters: { connections: Number(connections) } };
        return value === null ? [] : [{ ...where, statistic, unit, value } as Published];
      }),
    ),
  );
}

export const mavridis2019Numbers: readonly Published[] = [
  ...wrk(requestRates, "requests", "requests/s"),
  ...wrk(latencies, "latency", "ms"),
  ...Object.entries(servingMemory).map(([system, value]): Published => {
    const where = { study, place: "Table III", system, quantity: "memory while serving", parameters: {} } as const;
    return { ...where, statistic: "value", unit: "MB", value };
  }),
  ...Object.entries(oltpLatency).flatMap(([system, modes]) =>
    Object.entries(modes).flatMap(([mode, row]) =>
      row.map((value, i): Published => {
        const statistic = oltpStatistics[i] as Published["statistic"];
        return {
          study,
          place: "Table IV",
          system,
          quantity: "latency",
          parameters: { mode },
          statistic,
          unit: "ms",
          value,
        };
      }),
    ),
  ),
];

const requests = { study, place: "Table II", quantity: "requests" } as const;
const osv = (baseline: string, value: number) =>
  asserted({ ...requests, system: "osv", baseline, stated: { value, unit: "%" } });

export const mavridis2019Statements: readonly Asserted[] = [
  osv("mirageos", 2.5),
  // the study calls it "Docker", which none of its systems is called; its table fits none of the three containers
  { ...osv("docker (which one is not said)", 2.75), parameters: { connections: "more than 20" } },
  asserted({ ...requests, system: "rumprun", baseline: "osv", stated: { value: -18, unit: "times" } }),
  asserted({ ...requests, system: "mirageos", baseline: "container.bare-metal", stated: { value: -5, unit: "%" } }),
  asserted({
    ...{ study, place: "Fig 2", system: "osv", baseline: "container.bare-metal", quantity: "requests" },
    stated: { value: -27, unit: "%" },
  }),
];

const cpu = { name: "Intel Core i3-6100", pattern: /\bi3-6100\b/ };

const quantities: Readonly<Record<string, { quantity: string; place: string; keys: readonly string[] }>> = {
  wrk: { quantity: "requests", place: "Table II", keys: ["connections"] },
};

export const mavridis2019: Reference = {
  study,
  citation: "Mavridis, Karatza: lightweight virtualization approaches for software defined systems, SDS 2019",
  cpu,
  testbed: {
    cpuPattern: cpu.pattern,
    host: {
      ...{ cpu: `${cpu.name}, 3.7 GHz`, cores: "2", memory: "8 GB", hostSystem: "Ubuntu 16.04.3" },
      ...{ guestCpus: "1", guestMemory: "1 GB" },
    },
    platforms: { kvm: { accelerator: "kvm", qemu: "2.5.0" }, docker: { docker: "18.09" } },
  },
  lookup(guestName: string, _guest, cell: Measured) {
    const asked = quantities[cell.workload];
    if (!asked) return null;
    const found = mavridis2019Numbers.find(
      ({ place, system, quantity, statistic, parameters }) =>
        system === guestName &&
        quantity === asked.quantity &&
        place === asked.place &&
        statistic === "average" &&
        asked.keys.every((key) => parameters[key] === cell.parameters[key]),
    );
    if (!found) return null;
    const { value, unit, place, system } = found;
    return { value, unit, source: `${study}, ${place}, ${system}, ${cell.parameters.connections} clients` };
  },
  notes: () => [],
};
