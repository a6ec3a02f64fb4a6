/** Memory that each system takes from its host while it serves. */
import { defineSpec } from "../spec.ts";
import { asPublished, mavridis2019 } from "./study.ts";

export default defineSpec({
  ...mavridis2019,
  published: asPublished(""),
  name: "mavridis2019/memory",
  title: "Memory while serving",
  figure: "Table III",
  method:
    "The study reads free -m on the host while the page is served; here the host's own account of the serving guest is " +
    "read, the monitor's proportional set or the container's cgroup.",
  workloads: [{ workload: "memory", parameters: { load: "serving" } }],
});
