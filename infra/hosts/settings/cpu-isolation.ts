import { z } from "zod";
import { cpuListSchema } from "../../schema.ts";
import { canonicalList } from "./irq-affinity.ts";
import { defineSetting } from "./setting.ts";

const ROOT = "/sys/fs/cgroup";
const SWITCH = `${ROOT}/cgroup.subtree_control`;

/** The control group that has the isolated CPUs for itself; only what is in it, or below it, runs on them. */
export const isolatedGroup = (stack: string): string => `${ROOT}/gb_${stack}_isolated`;

/**
 * A partition of cgroup v2's cpuset controller: its CPUs are taken from every other group for as long as it is there, and
 * the scheduler does not balance load over them where it is \`isolated\`. Needs Linux 6.1; hosts with cgroup v1 lack it.
 */
export const cpuIsolation = defineSetting({
  name: "cpuIsolation",
  title: "CPU partitions of cgroup v2",
  schema: z.strictObject({
    cpus: cpuListSchema.describe("CPUs of the partition"),
    partition: z
      .enum(["isolated", "root"])
      .default("isolated")
      .describe("isolated: without load balancing; root: balanced within the partition"),
  }),
  functions: `
get() {
  case $1 in
    ${SWITCH})
      [ -f "$R$1" ] || return 1
      v=; read -r v <"$R$1" || true
      case " $v " in *" cpuset "*) v=+cpuset ;; *) v=-cpuset ;; esac ;;
    ${ROOT}/gb_*)
      cpus=
      if [ ! -d "$R$1" ]; then v=absent
      elif read_file "$1/cpuset.cpus"; then cpus=$v; read_file "$1/cpuset.cpus.partition"; v="$v $cpus"
      else v=member; fi ;;
    *) read_file "$1" ;;
  esac
}
put() {
  case $1$2 in
    ${SWITCH}*) write "$1" "$2" ;;
    *absent)
      while read -r pid; do write ${ROOT}/cgroup.procs "$pid" || true; done <"$R$1/cgroup.procs"
      rmdir "$R$1" ;;
    *)
      mkdir -p "$R$1"
      write "$1/cpuset.cpus" "\${2#* }" && write "$1/cpuset.cpus.partition" "\${2%% *}" ;;
  esac
}
`,
  probe: [
    `read_file ${ROOT}/cgroup.controllers || v=`,
    `case " $v " in *" cpuset "*) show "$R"${SWITCH}; fact "$R"${ROOT}/cpuset.cpus.effective ;; esac`,
    `for group in "$R"${ROOT}/gb_*_isolated; do [ ! -d "$group" ] || { get "\${group#"$R"}"; printf '%s\\t%s\\n' "\${group#"$R"}" "$v"; }; done`,
  ].join("\n"),
  apply: ({ cpus, partition }, stack) =>
    `want +cpuset "$R"${SWITCH}\nprintf '%s\\t%s\\n' ${isolatedGroup(stack)} '${partition} ${canonicalList(cpus)}'`,
  lacks: (_, { values }) =>
    values[SWITCH] === undefined ? "this host has no cgroup v2 with the cpuset controller" : null,
  describe(values) {
    const groups = Object.entries(values).filter(([path]) => path.startsWith(`${ROOT}/gb_`));
    return groups.length === 0 ? "none" : groups.map(([, partition]) => partition).join(", ");
  },
});
