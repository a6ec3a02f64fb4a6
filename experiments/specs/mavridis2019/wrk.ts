/** A static page served to one and up to a hundred clients. */
import { defineSpec } from "../spec.ts";
import { asPublished, mavridis2019 } from "./study.ts";

const clients = [1, ...Array.from({ length: 10 }, (_, i) => 10 * (i + 1))];

export default defineSpec({
  ...mavridis2019,
  published: asPublished("clients, 1, 10, 20 … 100"),
  name: "mavridis2019/wrk",
  title: "Requests served and their latency",
  figure: "Table II",
  method:
    "The study runs wrk on a second machine over 100 Mb/s Ethernet against a small static-page server; here wrk runs in the " +
    "client's namespace for 30 seconds for each number of connections.",
  workloads: clients.map((connections) => ({ workload: "wrk", parameters: { connections, seconds: 30 } })),
});
