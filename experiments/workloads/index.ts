/** Every workload. A new one is one file here and one line in the list. */
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import hackbench from "./hackbench.ts";
import imageSize from "./image-size.ts";
import instantiation from "./instantiation.ts";
import iozone from "./iozone.ts";
import iperf3 from "./iperf3.ts";
import memory from "./memory.ts";
import netperf from "./netperf.ts";
import rtt from "./rtt.ts";
import sysbenchCpu from "./sysbench-cpu.ts";
import sysbenchMemory from "./sysbench-memory.ts";
import sysbenchOltp from "./sysbench-oltp.ts";
import unixbench from "./unixbench.ts";
import type { Workload } from "./workload.ts";
import wrk from "./wrk.ts";

export const workloads: readonly Workload[] = [
  instantiation,
  iperf3,
  netperf,
  rtt,
  imageSize,
  memory,
  hackbench,
  sysbenchCpu,
  sysbenchMemory,
  wrk,
  iozone,
  sysbenchOltp,
  unixbench,
];

/** Throws ConfigError with the nearest name. */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found) return found;
  const names = workloads.map((workload) => workload.name);
  throw new ConfigError(unknownName("workload", name, names));
}
