/** Every workload: one line each. */
export { default as hackbench } from "./hackbench.ts";
export { default as imageSize } from "./image-size.ts";
export { default as instantiation } from "./instantiation.ts";
export { default as iperf3 } from "./iperf3.ts";
export { default as memory } from "./memory.ts";
export { default as rtt } from "./rtt.ts";
