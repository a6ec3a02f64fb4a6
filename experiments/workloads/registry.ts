/** Every workload: one line each. */
export { default as hackbench } from "./hackbench.ts";
export { default as imageSize } from "./image-size.ts";
export { default as instantiation } from "./instantiation.ts";
export { default as iozone } from "./iozone.ts";
export { default as iperf3 } from "./iperf3.ts";
export { default as memory } from "./memory.ts";
export { default as netperf } from "./netperf.ts";
export { default as rtt } from "./rtt.ts";
export { default as sysbenchCpu } from "./sysbench-cpu.ts";
export { default as sysbenchMemory } from "./sysbench-memory.ts";
export { default as sysbenchOltp } from "./sysbench-oltp.ts";
export { default as unixbench } from "./unixbench.ts";
export { default as wrk } from "./wrk.ts";
