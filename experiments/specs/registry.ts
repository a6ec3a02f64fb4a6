/** Every spec: one line each. */
export { default as acharya2018Network } from "./acharya2018/network.ts";
export { default as nfvrg2016ImageSize } from "./nfvrg2016/image-size.ts";
export { default as nfvrg2016Instantiation } from "./nfvrg2016/instantiation.ts";
export { default as nfvrg2016Memory } from "./nfvrg2016/memory.ts";
export { default as nfvrg2016Rtt } from "./nfvrg2016/rtt.ts";
export { default as nfvrg2016Throughput } from "./nfvrg2016/throughput.ts";
export { default as quickstart } from "./quickstart.ts";
export { default as raho2015Hackbench } from "./raho2015/hackbench.ts";
