/** What mavridis2019 claims of its tables and its figure. */
import { mavridis2019Statements } from "../references/mavridis2019.ts";
import { above, below, type Claim, level, type Measurement, near } from "./claim.ts";

const bareMetal = "container.bare-metal";
const machines = ["container.vm", "container.vm-virtio", "linuxkit"];
const unikernels = ["rumprun", "includeos", "mirageos"];
const all = [bareMetal, ...machines, "osv", ...unikernels];
const except = (...systems: string[]) => all.filter((system) => !systems.includes(system));
const sqlSystems = [bareMetal, ...machines, "osv"];

const requests: Measurement = { workload: "wrk" };
const requestsAtLoad: Measurement = { workload: "wrk", beyond: { connections: 20 } };
const latency: Measurement = { workload: "wrk", metric: "latency average" };
const worstAtLoad: Measurement = { workload: "wrk", where: { connections: 100 }, metric: "latency max" };
const sql = (mode: string): Measurement => ({ workload: "sysbench-oltp", where: { mode } });
const servingMemory: Measurement = { workload: "memory", where: { load: "serving" } };

const claim = (place: string, what: string, says: string, ratios: Claim["ratios"]): Claim => {
  return { id: `mavridis2019/${what}`, study: "mavridis2019", place, says, architectures: ["x86_64"], ratios };
};

const stated = mavridis2019Statements.map(({ place, system, baseline, ratio, stated: { value, unit } }) => {
  const difference = `${Math.abs(value)} ${unit} ${value < 0 ? "below" : "above"}`;
  const of = place === "Fig 2" ? sql("read-only") : baseline.startsWith("docker") ? requestsAtLoad : requests;
  const kind = place === "Fig 2" ? "transactions" : "requests";
  const says = `${system}'s rate of ${kind} is ${difference} that of ${baseline}`;
  return claim(place, `${kind}-${system}-${baseline.split(" ")[0]}`, says, [near(system, baseline, of, ratio)]);
});

export const mavridis2019Claims: readonly Claim[] = [
  claim("Table II", "requests-highest", "the container on bare metal has the highest request rate, over all clients", [
    ...above(bareMetal, except(bareMetal), requests),
  ]),
  claim("Table II", "requests-second", "OSv has the second highest request rate, after the container on bare metal", [
    ...below("osv", [bareMetal], requests),
    ...above("osv", except(bareMetal, "osv"), requests),
  ]),
  ...stated,
  claim("Table II", "latency-lowest", "IncludeOS has the lowest latency, over all clients", [
    ...below("includeos", except("includeos"), latency),
  ]),
  claim("Table II", "latency-highest", "Rumprun has the highest latency, over all clients", [
    ...above("rumprun", except("rumprun"), latency),
  ]),
  ...unikernels.map((system) =>
    claim(
      "Table II",
      `latency-bounded-${system}`,
      `${system}'s worst latency with 100 clients is a small part of what the systems that exceed a second have`,
      below(system, [bareMetal, ...machines, "osv"], worstAtLoad, 0.1),
    ),
  ),
  claim("Table III", "memory-lowest", "MirageOS serves with the least memory", [
    ...below("mirageos", ["osv", "rumprun", "includeos"], servingMemory),
  ]),
  claim("Fig 2", "sql-read-only-virtio", "read-only, the container on VM-virtio is level with the one on bare metal", [
    level("container.vm-virtio", bareMetal, sql("read-only")),
  ]),
  claim("Fig 2", "sql-read-write-virtio", "reading and writing, the container on VM-virtio is clearly slower", [
    ...below("container.vm-virtio", [bareMetal], sql("read-write"), 0.9),
  ]),
  ...["read-only", "read-write"].map((mode) =>
    claim("Fig 2", `sql-${mode}-rumprun`, `${mode}: Rumprun has by far the lowest rate of transactions`, [
      ...below("rumprun", sqlSystems, sql(mode), 0.5),
    ]),
  ),
];
