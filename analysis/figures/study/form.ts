/** How a study draws a figure or table, and how cells of ours and its numbers come into it. */
import type { Cell } from "../../../experiments/campaign/results.ts";
import type { Published } from "../../references/published.ts";

export interface Form {
  /** Whose cells it shows. */
  spec: string;
  study: Published["study"];
  place: string;
  title: string;
  /** Bars of one length for each system and place on the axis, or lines over a number. */
  kind: "bars" | "lines";
  log: boolean;
  /** Default: the primary metric. */
  metric?: string;
  /** Values are parts of the baseline's: scores of different tests share no scale. */
  relative?: true;
  axis: string;
  at(parameters: Cell["parameters"], label: string): string | number;
  /** Where a published number belongs; null: not in this figure. */
  published(number: Published): string | number | null;
}

/** Raho2015 prints no numbers: its statements are claims, not points. */
const none = () => null;
const raho = { study: "raho2015", published: none } as const;
const bars = { kind: "bars", log: false } as const;
const byOperation = { axis: "operation", at: ({ operation }: Cell["parameters"]) => String(operation) };

const iozone = (place: string, size: string, title: string): Form => ({
  ...{ ...raho, ...bars, ...byOperation, spec: `raho2015/iozone-${size}`, place, title: `IOzone, files of ${title}` },
});

/** The only number of each system in a column of the summary table. */
const column =
  (quantity: string, at: string) =>
  (number: Published): string | null =>
    number.study === "nfvrg2016" && number.quantity === quantity ? at : null;

const nfvrg = (name: string, title: string, quantity: string, log: boolean): Form => ({
  ...{ spec: `nfvrg2016/${name}`, study: "nfvrg2016", place: "summary table", title, kind: "bars", log },
  ...{ axis: "", at: () => title, published: column(quantity, title) },
});

const clients = { axis: "clients", at: ({ connections }: Cell["parameters"]) => Number(connections) };
const wrk = (title: string, quantity: string, metric?: string): Form => ({
  ...{ spec: "mavridis2019/wrk", study: "mavridis2019", place: "Table II", title, kind: "lines", ...clients },
  log: quantity === "latency",
  ...(metric === undefined ? {} : { metric }),
  published: ({ study, place, quantity: other, statistic, parameters }) =>
    study === "mavridis2019" && place === "Table II" && other === quantity && statistic === "average"
      ? Number(parameters.connections)
      : null,
});

const mode = { axis: "mode", at: (parameters: Cell["parameters"]) => String(parameters.mode) };
const mavridis = { ...bars, study: "mavridis2019" } as const;
const acharya = (name: string, title: string): Form => ({
  ...{ ...bars, spec: `acharya2018/${name}`, study: "acharya2018", place: "comparison", title, axis: "" },
  ...{ at: (_: Cell["parameters"], label: string) => label, published: none },
});

export const forms: readonly Form[] = [
  {
    ...{ ...raho, ...bars, spec: "raho2015/hackbench", place: "Fig 2", title: "hackbench", axis: "tasks" },
    at: ({ groups }) => `${Number(groups) * 40}`,
  },
  {
    ...{
      ...raho,
      ...bars,
      spec: "raho2015/unixbench",
      place: "Fig 3",
      title: "UnixBench",
      axis: "test",
      relative: true,
    },
    at: ({ test }) => String(test),
  },
  iozone("Fig 4", "4k", "4 KB"),
  iozone("Fig 5", "1m", "1 MB"),
  iozone("Fig 6", "10m", "10 MB"),
  {
    ...{ ...raho, spec: "raho2015/netperf-stream", place: "Fig 7", title: "netperf TCP_STREAM", kind: "lines" },
    ...{ log: true, axis: "message size in bytes", at: ({ messageBytes }) => Number(messageBytes) },
  },
  {
    ...{ ...raho, ...bars, spec: "raho2015/netperf-rr", place: "Fig 8", title: "netperf request/response" },
    ...{ axis: "protocol", at: ({ test }) => (test === "udp-rr" ? "UDP_RR" : "TCP_RR") },
  },
  nfvrg("instantiation", "Instantiation time", "instantiation", true),
  {
    ...{ ...bars, spec: "nfvrg2016/throughput", study: "nfvrg2016", place: "summary table", title: "Throughput" },
    ...{ axis: "direction", at: ({ direction }) => (direction === "tx" ? "Tx" : "Rx") },
    published: (number) => column("Tx throughput", "Tx")(number) ?? column("Rx throughput", "Rx")(number),
  },
  nfvrg("rtt", "Round-trip time", "RTT", true),
  nfvrg("image-size", "Image size", "image size", true),
  nfvrg("memory", "Memory use", "memory usage", true),
  wrk("Requests served", "requests"),
  wrk("Latency", "latency", "latency average"),
  {
    ...{
      ...mavridis,
      spec: "mavridis2019/memory",
      place: "Table III",
      title: "Memory while serving",
      log: true,
      axis: "",
    },
    at: () => "Memory while serving",
    published: ({ place }) => (place === "Table III" ? "Memory while serving" : null),
  },
  { ...mavridis, ...mode, spec: "mavridis2019/sql", place: "Fig 2", title: "SQL transactions", published: none },
  {
    ...{
      ...mavridis,
      ...mode,
      spec: "mavridis2019/sql",
      place: "Table IV",
      title: "SQL latency",
      metric: "latency average",
    },
    published: ({ place, statistic, parameters }) =>
      place === "Table IV" && statistic === "average" ? String(parameters.mode) : null,
  },
  acharya("cpu", "CPU"),
  acharya("memory", "Memory"),
  acharya("io", "I/O"),
  acharya("network", "Network throughput"),
];
