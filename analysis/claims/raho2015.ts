/** What raho2015 says of its figures; stated differences come from the references. */
import type { Cell } from "../../experiments/campaign/results.ts";
import { raho2015Statements } from "../references/raho2015.ts";
import { above, type Claim, level, type Measurement, near } from "./claim.ts";

const systems = ["dom0", "docker", "kvm", "domu"];

const claim = (place: string, what: string, says: string, ratios: Claim["ratios"]): Claim => {
  const id = `raho2015/${place.toLowerCase().replace("fig ", "fig")}-${what}`;
  return { id, study: "raho2015", place, says, architectures: ["armv7"], ratios };
};

const hackbench: Measurement = { workload: "hackbench" };
const unixbench = (test: string): Measurement => ({ workload: "unixbench", where: { test } });
const iozone = (fileKiB: number, operation: string): Measurement => {
  return { workload: "iozone", where: { fileKiB, operation } };
};
const netperf = (where: Cell["parameters"]): Measurement => ({ workload: "netperf", where });
const stream = (messageBytes: number) => netperf({ test: "tcp-stream", messageBytes });

/** Where the measurement of a stated difference is found. */
const measurements: Readonly<Record<string, (parameters: Cell["parameters"]) => Measurement>> = {
  "hackbench time": ({ tasks }) => ({ workload: "hackbench", where: { groups: Number(tasks) / 40 } }),
  score: ({ test }) => unixbench(String(test)),
  throughput: ({ messageBytes }) => stream(Number(messageBytes)),
  transactions: ({ test }) => netperf({ test: test as string }),
};

const stated = raho2015Statements.map(({ place, system, baseline, quantity, parameters, ratio, stated: { value } }) => {
  const where = Object.values(parameters).join("-");
  const difference = value === 0 ? "level with" : `${Math.abs(value)} % ${value < 0 ? "below" : "above"}`;
  const of = (measurements[quantity] as (typeof measurements)[string])(parameters);
  const said = `${quantity} of ${system} is ${difference} ${baseline} (${where})`;
  return claim(place, `${where}-${system}`, said, [near(system, baseline, of, ratio)]);
});

/** Beside the baseline on the same operations; one claim for each pair, as Xen and KVM need a host each. */
function leads(
  place: string,
  what: string,
  leaders: readonly string[],
  others: readonly string[],
  of: readonly Measurement[],
) {
  return leaders.flatMap((leader) =>
    others
      .filter((other) => other !== leader)
      .map((other) =>
        claim(
          place,
          `${what}-${leader}-over-${other}`,
          `${leader} is ahead of ${other} on ${of.map(operationOf).join(", ")}`,
          [...of.flatMap((one) => above(leader, [other], one))],
        ),
      ),
  );
}

const operationOf = ({ where }: Measurement) => String(where?.operation);
const on = (fileKiB: number, ...operations: string[]) => operations.map((operation) => iozone(fileKiB, operation));
const reads = ["read", "reread", "random-read"];
const writes = ["write", "rewrite", "random-write"];
const streams = ["fwrite", "refwrite", "fread", "refread"];
const butWrite = ["rewrite", ...reads, "random-write", "backward-read", "record-rewrite", "stride-read", ...streams];

export const raho2015Claims: readonly Claim[] = [
  ...["dom0", "docker"].map((system) =>
    claim("Fig 2", `level-${system}`, `${system} takes about as long as the host, over all numbers of tasks`, [
      level(system, "host", hackbench),
    ]),
  ),
  ...stated,
  ...systems.map((system) =>
    claim(
      "Fig 3",
      `equal-${system}`,
      `${system} is level with the host on dhrystone, whetstone, execl and system calls`,
      [...["dhrystone", "whetstone", "execl", "syscall"].map((test) => level(system, "host", unixbench(test)))],
    ),
  ),
  ...["dom0", "docker", "kvm"].map((system) =>
    claim("Fig 3", `shell-${system}`, `${system} is level with the host on shell scripts, 1 and 8 at a time`, [
      ...["shell1", "shell8"].map((test) => level(system, "host", unixbench(test))),
    ]),
  ),
  ...["kvm", "domu"].map((system) =>
    claim("Fig 3", `context-${system}`, `${system} switches contexts faster than the host`, [
      ...above(system, ["host"], unixbench("context1")),
    ]),
  ),
  ...leads(
    "Fig 4",
    "vm",
    ["domu", "kvm"],
    ["host", "dom0", "docker"],
    [...on(4, "random-write", "backward-read", "stride-read", "record-rewrite", ...streams)],
  ),
  ...leads("Fig 4", "write", ["host"], systems, on(4, "write")),
  ...leads("Fig 5", "reads", ["domu", "kvm"], ["host", "dom0", "docker"], on(1024, ...reads)),
  ...leads("Fig 5", "writes", ["host", "dom0"], ["docker", "kvm", "domu"], on(1024, ...writes)),
  ...leads("Fig 6", "writes", ["host", "dom0"], ["docker", "kvm", "domu"], on(10_240, ...writes)),
  claim("Fig 6", "writes-level", "Dom0 and host are level on writes", [
    ...on(10_240, ...writes).map((of) => level("dom0", "host", of)),
  ]),
  ...leads("Fig 6", "reads", ["dom0"], ["host"], on(10_240, ...reads)),
  claim("Fig 6", "vms-level", "KVM and DomU are level, over all operations", [
    level("kvm", "domu", { workload: "iozone", where: { fileKiB: 10_240 } }),
  ]),
  ...leads("Fig 6", "vms", ["kvm", "domu"], ["docker"], on(10_240, ...butWrite)),
  ...systems.map((system) =>
    claim(
      "Fig 7",
      `saturated-${system}`,
      `${system} is level with the host from 64 bytes on, where both fill the link`,
      [...[64, 128, 256, 512, 1024].map((bytes) => level(system, "host", stream(bytes)))],
    ),
  ),
  ...systems.map((system) =>
    claim("Fig 7", `small-${system}`, `${system} differs little from the host at 2 and 4 bytes`, [
      ...[2, 4].map((bytes) => level(system, "host", stream(bytes))),
    ]),
  ),
];
