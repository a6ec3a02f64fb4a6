/** What a host's networks look like. Left out is what changes by itself: states, counters, learned and expiring addresses. */
import { type Look, readFiles, word, writeBack } from "./look.ts";

export const interfaces: Look = {
  command: `for d in /sys/class/net/*/; do
  d=\${d%/}
  if [ -d $d/bridge ]; then kind=bridge; elif [ -e $d/tun_flags ]; then kind=tap; elif [ -e $d/device ]; then kind=device; else kind=virtual; fi
  echo "\${d##*/} $kind"
done`,
  remedy: (line) => `ip link del ${word(line)}`,
};

/** Of interfaces that are devices: the others come and go with what made them. */
export const networkDevices: Look = {
  command: `for d in /sys/class/net/*/; do
  d=\${d%/}
  [ -e $d/device ] || continue
  for p in master device/driver; do t=$(readlink $d/$p) && echo "$d/$p = \${t##*/}"; done
  ${readFiles(["mtu", "tx_queue_len", "threaded", "gro_flush_timeout", "napi_defer_hard_irqs", "device/sriov_numvfs", "queues/*/?ps_cpus"].map((file) => `$d/${file}`))}
done`,
  settings: true,
  remedy: (path, was) =>
    path.endsWith("/master") && was === null ? `ip link set ${path.split("/")[4]} nomaster` : writeBack(path, was),
};

export const addresses: Look = {
  command: `all=$(ip -o addr show) || exit
echo "$all" | awk '$4 !~ /^fe80:/ && !/ (temporary|dynamic) / {print $2, $4}'`,
  remedy: (line) => `ip addr del ${word(line, 1)} dev ${word(line)}`,
};

/** Multicast and link-local routes come with an interface; what a router announces expires. */
export const routes: Look = {
  command: `ip -4 rule >/dev/null || exit
{ ip -4 route show table all; ip -4 rule; [ ! -e /proc/net/if_inet6 ] || { ip -6 route show table all; ip -6 rule; }; } |
  grep -Ev '(^| )(fe80:|ff00:)| multicast |proto (ra|redirect) ' |
  sed -E 's/ (linkdown|dead)//g; s/ expires -?[0-9]+sec//; s/ pref medium//; s/[[:space:]]+/ /g; s/ $//'`,
  remedy: (line) => (/^\d+:/.test(line) ? `ip rule del pref ${line.split(":")[0]}` : `ip route del ${line}`),
};

export const namespaces: Look = {
  command: `all=$(ip netns list) || exit
echo "$all" | awk 'NF {print $1}'`,
  remedy: (line) => `ip netns del ${line}`,
};

/** One line per rule, as the words that would make it; counters and expiring elements left out. */
export const packetFilter: Look = {
  command: `for c in iptables ip6tables; do
  command -v $c-save >/dev/null || continue
  $c-save 2>/dev/null | sed -E 's/^\\[[0-9:]+\\] //' | awk -v c=$c '
    /^\\*/ { table = substr($0, 2) }
    /^:/ { print c, "-t", table, $2 == "-" ? "-N" : "-P", substr($1, 2), $2 == "-" ? "" : $2 }
    /^-/ { print c, "-t", table, $0 }'
done | sed 's/ $//'
command -v nft >/dev/null || exit 0
rules=$(nft -s list ruleset) || exit
echo "$rules" | awk '
  { gsub(/^[ \\t]+|[ \\t]+$/, ""); gsub(/ expires [0-9dhms]+/, "") }
  /^# Warning: table .* managed by iptables-nft/ { theirs = 1 }
  /^#/ || /^$/ { next }
  /\\{$/ { sub(/ *\\{$/, ""); path[depth + 1] = path[depth] " " $0; depth++; if (!theirs) print "nft" path[depth]; next }
  /^\\}$/ { depth--; if (depth == 0) theirs = 0; next }
  !theirs { print "nft" path[depth] ": " $0 }'`,
  remedy: (line) => {
    if (!line.startsWith("nft "))
      return line.replace(/ -(A|N|P) /, (_, verb) => ({ A: " -D ", N: " -X ", P: " -P " })[verb as "A"]);
    const table = /^nft table (\S+ \S+)$/.exec(line)?.[1];
    return table ? `nft delete table ${table}` : "nft -a list ruleset shows its handle; nft delete rule … handle N";
  },
};

export const openVSwitch: Look = {
  command: `command -v ovs-vsctl >/dev/null && [ -S /var/run/openvswitch/db.sock ] || exit 0
ovs="ovs-vsctl --timeout=5 --no-wait"
$ovs show >/dev/null 2>&1 || exit 0
for b in $($ovs list-br); do echo "bridge $b"; for p in $($ovs list-ports $b); do echo "port $p in $b"; done; done
echo "other_config $($ovs get Open_vSwitch . other_config)"`,
  remedy: (line) =>
    ({
      bridge: `ovs-vsctl del-br ${word(line, 1)}`,
      port: `ovs-vsctl del-port ${word(line, 3)} ${word(line, 1)}`,
      other_config: "ovs-vsctl remove Open_vSwitch . other_config KEY",
    })[word(line) as "port"],
};
