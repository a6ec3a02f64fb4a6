/** The kernel's own side of a host: its settings, its pools, its groups. Left out are counters, states and secrets. */
import { POOL_FUNCTIONS } from "../huge-pages.ts";
import { type Look, readFiles, word, writeBack } from "./look.ts";

export const mounts: Look = {
  command: "awk '{print $2, $3}' /proc/self/mounts",
  remedy: (line) => `umount ${word(line)}`,
};

export const modules: Look = {
  command: "[ ! -e /proc/modules ] || awk '{print $1}' /proc/modules",
  remedy: (line) => `rmmod ${line}`,
};

/** The pools without what stacks have added: two stacks of one host do not count as each other's difference. */
export const hugePages: Look = {
  command: `${POOL_FUNCTIONS}
for f in /sys/kernel/mm/hugepages/*/nr_hugepages; do
  [ -e $f ] || continue
  folder=\${f%/*}
  added /run/guestbench/*/pages-\${folder##*-}
  echo "$f = $(($(pages $folder) - sum))"
done
${readFiles(["/sys/kernel/mm/hugepages/*/nr_overcommit_hugepages"])}
[ ! -e /sys/devices/system/node/node1 ] || ${readFiles(["/sys/devices/system/node/node*/hugepages/*/nr_hugepages"])}`,
  settings: true,
  // a difference, since other stacks may have added to the pool
  remedy: (path, was, is) => `echo $(($(cat ${path}) - ${Number(is) - Number(was)})) >${path}`,
};

/** Settings that the kernel moves by itself, that say what happened, or that a look would set off. */
const VOLATILE = [
  ...["ns_last_pid", "tainted", "hung_task_warnings", "hung_task_detect_count", "perf_event_max_sample_rate"],
  ...["perf_cpu_time_max_percent", "drop_caches", "compact_memory", "stat_refresh", "flush"],
  // pools have a look of their own; these are lists of what there is
  ...["nr_hugepages*", "nr_overcommit_hugepages", "tcp_available_*"],
  // secrets, and a number that is drawn at every start
  ...["tcp_fastopen_key", "netdev_rss_key"],
];

export const sysctls: Look = {
  command: `[ -r /proc/sys/kernel/ostype ] || exit
find /proc/sys/vm /proc/sys/kernel /proc/sys/net/core /proc/sys/net/ipv4 /proc/sys/net/ipv6 /proc/sys/net/bridge \\
  -type f -perm -400 ! -path '*/random/*' ! -path '*/sched_domain/*' ! -path '*/pty/nr' \\
  ${VOLATILE.map((name) => `! -name '${name}'`).join(" ")} \\
  \\( ! -path '*/conf/*' ! -path '*/neigh/*' -o -path '*/all/*' -o -path '*/default/*' \\) \\
  -exec grep -s '' /dev/null {} + 2>/dev/null | sed 's/:/ = /'`,
  settings: true,
  remedy: writeBack,
};

const cpu = "/sys/devices/system/cpu";
const mm = "/sys/kernel/mm";

export const processorsAndMemory: Look = {
  command: readFiles([
    `${cpu}/online ${cpu}/cpu*/cpufreq/scaling_governor ${cpu}/cpu*/cpufreq/energy_performance_preference`,
    `${cpu}/cpu*/cpufreq/scaling_min_freq ${cpu}/cpu*/cpufreq/scaling_max_freq ${cpu}/cpufreq/boost ${cpu}/smt/control`,
    `${cpu}/intel_pstate/no_turbo ${cpu}/intel_pstate/*_perf_pct ${cpu}/amd_pstate/status ${cpu}/cpuidle/current_governor`,
    `${cpu}/cpu*/power/pm_qos_resume_latency_us /proc/irq/default_smp_affinity /sys/devices/virtual/workqueue/cpumask`,
    `${mm}/transparent_hugepage/*enabled ${mm}/transparent_hugepage/defrag ${mm}/transparent_hugepage/*/enabled`,
    `${mm}/transparent_hugepage/khugepaged/*_millisecs ${mm}/transparent_hugepage/khugepaged/max_ptes_*`,
    `${mm}/ksm/run ${mm}/ksm/sleep_millisecs ${mm}/ksm/merge_across_nodes ${mm}/ksm/use_zero_pages ${mm}/ksm/advisor_mode`,
    `${mm}/numa/demotion_enabled ${mm}/lru_gen/enabled /sys/devices/system/clocksource/clocksource0/current_clocksource`,
    "/sys/module/kvm*/parameters/* /sys/module/vhost*/parameters/*",
  ]),
  settings: true,
  remedy: writeBack,
};

/** Control groups that are nobody's session or service, those of the tool at any depth. */
export const controlGroups: Look = {
  command: `[ -d /sys/fs/cgroup ] || exit
top=$([ -e /sys/fs/cgroup/cgroup.controllers ] && echo 1 || echo 2)
find /sys/fs/cgroup -mindepth 1 -maxdepth $top -type d ! -name '*.scope' ! -name '*.service' ! -name '*.slice' ! -name '*.mount' ! -name '*.socket' ! -name '*.swap'
find /sys/fs/cgroup -mindepth $((top + 1)) -type d \\( -path '*gb_*' -o -path '*guestbench*' \\)`,
  remedy: (line) => `find ${line} -depth -type d -exec rmdir {} +`,
};

export const cpuSets: Look = {
  command: readFiles(
    ["cgroup.subtree_control", "cpuset.cpus.isolated", "*/cpuset.cpus", "*/cpuset.cpus.partition"]
      .concat("cpuset/cpuset.sched_load_balance", "cpuset/*/cpuset.cpus")
      .map((file) => `/sys/fs/cgroup/${file}`),
  ),
  settings: true,
  remedy: writeBack,
};
