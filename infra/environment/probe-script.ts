/**
 * The look at a host that `env` takes: one shell script that changes nothing and prints sections. It is plain POSIX
 * with awk, grep and sed, also busybox's, and starts few programs, as each costs time on an emulated host. It prints
 * what the kernel says; leaving out what varies is the parser's work.
 */
export const probeScript = `
LC_ALL=C; export LC_ALL
section() { printf '\\n== %s\\n' "$1"; }
files() { grep -Hs '' "$@"; }
tool() {
  name=$1; shift
  command -v "$1" >/dev/null 2>&1 || return 0
  printf '%s\\t%s\\n' "$name" "$("$@" 2>&1 </dev/null | head -n 3 | tr '\\n\\t' '  ')"
}
cpu=/sys/devices/system/cpu
dmi=/sys/class/dmi/id

section uname; uname -m; uname -r; uname -v; uname -n
section os; sed -n 's/^PRETTY_NAME=//p' /etc/os-release
section command-line; cat /proc/cmdline
section cpuinfo
awk '/^(vendor_id|cpu family|model|model name|stepping|microcode|flags|Features|CPU implementer|CPU architecture|CPU variant|CPU part|CPU revision|Hardware)[\\t ]*:/ && !seen[$0]++' /proc/cpuinfo
section cpus; files $cpu/present $cpu/online
section topology; files $cpu/cpu[0-9]*/topology/physical_package_id $cpu/cpu[0-9]*/topology/die_id $cpu/cpu[0-9]*/topology/core_id
section caches
for field in level type size shared_cpu_list; do files $cpu/cpu[0-9]*/cache/index[0-9]*/$field; done | sed "s|^$cpu/||"
section memory
sed -n 's/^MemTotal: */MemTotal /p' /proc/meminfo
[ -r /sys/devices/system/memory/block_size_bytes ] && sed 's/^/block /' /sys/devices/system/memory/block_size_bytes
set -- /sys/devices/system/node/node[0-9]*/memory[0-9]*/state
[ -e "$1" ] || set -- /sys/devices/system/memory/memory[0-9]*/state
[ -e "$1" ] && awk '$1 == "online" { n = split(FILENAME, part, "/"); owner = part[n - 2] ~ /^node/ ? part[n - 2] : "host"; blocks[owner]++ }
  END { for (owner in blocks) print "blocks", owner, blocks[owner] }' "$@"
section numa; files /sys/devices/system/node/node[0-9]*/cpulist
section huge-pages
for dir in /sys/kernel/mm/hugepages/*; do [ -d "$dir" ] && printf '%s\\n' "\${dir##*-}"; done
section machine
files $dmi/sys_vendor $dmi/product_name $dmi/board_name $dmi/bios_vendor $dmi/bios_version $dmi/bios_date
[ -r /proc/device-tree/model ] && printf 'model:%s\\n' "$(tr -d '\\000' </proc/device-tree/model)"
section hypervisor
files /sys/hypervisor/type /proc/xen/capabilities
[ -r /proc/device-tree/hypervisor/compatible ] && printf 'compatible:%s\\n' "$(tr '\\000' ' ' </proc/device-tree/hypervisor/compatible)"
section mitigations; files $cpu/vulnerabilities/*
section kvm; files /sys/module/kvm/parameters/* /sys/module/kvm_intel/parameters/* /sys/module/kvm_amd/parameters/*
section modules
for dir in /sys/module/*; do
  [ -e "$dir/initstate" ] || continue
  taint=; version=
  [ -r "$dir/taint" ] && read -r taint <"$dir/taint"
  [ -r "$dir/srcversion" ] && read -r version <"$dir/srcversion"
  [ -r "$dir/version" ] && read -r version <"$dir/version"
  if [ -n "$taint" ]; then printf 'taints\\t%s\\t%s\\t%s\\n' "\${dir##*/}" "$taint" "$version"
  elif [ -d "$dir/drivers" ]; then printf 'drives\\t%s\\n' "\${dir##*/}"; fi
done
section tools
case $(uname -m) in
  x86_64) qemu=x86_64 qemu_package=qemu-system-x86 ;;
  armv*) qemu=arm qemu_package=qemu-system-arm ;;
  *) qemu=$(uname -m) qemu_package=qemu-system-arm ;;
esac
tool qemu qemu-system-$qemu --version
tool libvirt libvirtd --version
tool docker dockerd --version
tool containerd containerd --version
tool runc runc --version
tool rkt rkt version
tool openvswitch ovs-vswitchd --version
tool iperf3 iperf3 --version
tool ping ping -V
tool tcpdump tcpdump --version
section xen
command -v xl >/dev/null 2>&1 && timeout 10 xl info 2>/dev/null | grep -E '^(xen_version|xen_commandline|xen_scheduler|virt_caps|nr_cpus|nr_nodes|cores_per_socket|threads_per_core|total_memory) '
section packages
command -v dpkg-query >/dev/null 2>&1 && dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Version}\\n' \\
  $qemu_package qemu-system-data qemu-kvm seabios ovmf 'qemu-efi*' 'libvirt-daemon*' docker.io docker-ce containerd containerd.io runc \\
  'openvswitch-switch*' 'librte-eal*' 'xen-hypervisor-*' 'xen-utils-*' 2>/dev/null | sed -n 's/^installed\\t//p'
section end
`;
