/** Every spec: one line each. */

export { default as acharya2018Cpu } from "./acharya2018/cpu.ts";
export { default as acharya2018Io } from "./acharya2018/io.ts";
export { default as acharya2018Memory } from "./acharya2018/memory.ts";
export { default as acharya2018Network } from "./acharya2018/network.ts";
export { default as mavridis2019Memory } from "./mavridis2019/memory.ts";
export { default as mavridis2019Sql } from "./mavridis2019/sql.ts";
export { default as mavridis2019Wrk } from "./mavridis2019/wrk.ts";
export { default as nfvrg2016ImageSize } from "./nfvrg2016/image-size.ts";
export { default as nfvrg2016Instantiation } from "./nfvrg2016/instantiation.ts";
export { default as nfvrg2016Memory } from "./nfvrg2016/memory.ts";
export { default as nfvrg2016Rtt } from "./nfvrg2016/rtt.ts";
export { default as nfvrg2016Throughput } from "./nfvrg2016/throughput.ts";
export { default as quickstart } from "./quickstart.ts";
export { default as raho2015Hackbench } from "./raho2015/hackbench.ts";
export { default as raho2015Iozone1m } from "./raho2015/iozone-1m.ts";
export { default as raho2015Iozone4k } from "./raho2015/iozone-4k.ts";
export { default as raho2015Iozone10m } from "./raho2015/iozone-10m.ts";
export { default as raho2015NetperfRr } from "./raho2015/netperf-rr.ts";
export { default as raho2015NetperfStream } from "./raho2015/netperf-stream.ts";
export { default as raho2015Unixbench } from "./raho2015/unixbench.ts";
