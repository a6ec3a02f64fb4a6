/** SQL transactions, read-only and mixed. */
import { defineSpec } from "../spec.ts";
import { asPublished, mavridis2019 } from "./study.ts";

export default defineSpec({
  ...mavridis2019,
  published: asPublished("read-only, and reading and writing (about 65/25/10 %)"),
  name: "mavridis2019/sql",
  title: "SQL transactions and their latency",
  figure: "Fig 2 and Table IV",
  method:
    "The study runs sysbench OLTP on 500,000 rows in MySQL 5.6.38 with MyISAM and one configuration file; here it is " +
    "MariaDB with the same engine and as many rows, for 60 seconds.",
  workloads: ["read-only", "read-write"].map((mode) => ({
    workload: "sysbench-oltp",
    parameters: { mode, engine: "myisam", rows: 500_000, seconds: 60 },
  })),
});
