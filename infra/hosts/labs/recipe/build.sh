#!/bin/bash
# Builds the image of an emulated bare-metal host by unpacking packages; no maintainer script runs, and what they would
# have done is done here where the host needs it.
#   disk.qcow2                root file system, never written to: a host uses an overlay
#   vmlinux                   the distribution's kernel, as QEMU and Xen start it without a decompressor
#   initrd.img                the little that mounts the disk
#   xen                       the hypervisor (xen only)
here=$(dirname "$(readlink -f "$0")")
. "$here/../../../images/lib/common.sh"
. "$here/../../../images/lib/packages.sh"
. "$here/accounts.sh"

trap 'echo "build.sh, line $LINENO: failed: $BASH_COMMAND" >&2' ERR
kind=$GB_PARAM_KIND
tree=$GB_WORK/tree
list() { grep -hv '^#' "$@"; }

[ "$DISTRO $SUITE" = "debian bookworm" ] ||
  die "emulated hosts are made of Debian 12's packages, from the sources of a machine that runs it; this one runs $PRETTY_NAME"
case $kind in
  xen) meta=linux-image-$GB_ARCH ;; # the cloud kernel cannot be a control domain
  *) meta=linux-image-cloud-$GB_ARCH ;;
esac

step "getting the packages"
package_set "lab-$kind" "$meta" $(list "$here/packages.list" "$here/packages-$kind.list")

step "unpacking the packages"
mkdir -p "$tree"/usr/{bin,sbin,lib,lib64}
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$tree/$dir"; done
list "$here/left-out.packages" >"$GB_WORK/left-out"
set_files | awk -F_ -v list="$GB_WORK/left-out" '
  BEGIN { while ((getline name <list) > 0) left[name] = 1 } !($1 in left)' | unpack_packages "$tree" "$here/left-out.paths"
awk -v RS= -v ORS='\n\n' -v list="$GB_WORK/left-out" '
  BEGIN { RS = "\n"; while ((getline name <list) > 0) left[name] = 1; RS = "" } !($2 in left)' "$PACKAGE_SET/status" >"$GB_WORK/status"
release=$(kernel_release "$tree")
depmod -b "$tree" "$release"
awk -v RS= -F'\n' '{ for (i = 1; i <= NF; i++) { if ($i ~ /^Package: /) p = substr($i, 10); if ($i ~ /^Version: /) v = substr($i, 10) } print "package\t" p "\t" v }' \
  "$GB_WORK/status" | sort -u >>"$GB_OUT/facts.tsv"

step "configuring the tree"
make_accounts "$tree"
cp -r "$here/overlay/." "$tree/"
if [ -d "$here/overlay-$kind" ]; then cp -r "$here/overlay-$kind/." "$tree/"; fi
cp "$here/modules-$kind.list" "$tree/usr/lib/guestbench/modules"
mkdir -p "$tree"/{dev,proc,sys,run,tmp,mnt,root,home,var/tmp,var/log,var/lib/guestbench,var/lib/dpkg/info}
chmod 1777 "$tree/tmp" "$tree/var/tmp"
chmod 700 "$tree/root"
# a directory in the place of this link would hide libvirtd's socket from its clients
rm -rf "$tree/var/run" && ln -s /run "$tree/var/run"
link() { if [ -e "$tree$(dirname "$2")/$1" ] || [ -e "$tree$1" ]; then ln -sfn "$1" "$tree$2"; fi; }
link mawk /usr/bin/awk
for tool in {ip,ip6}tables{,-save,-restore} {eb,arp}tables; do link xtables-nft-multi "/usr/sbin/$tool"; done
link /usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk /usr/sbin/ovs-vswitchd
link nc.openbsd /bin/nc
link which.debianutils /bin/which
for applet in init poweroff reboot halt; do ln -sfn /bin/busybox "$tree/sbin/$applet"; done
for applet in modprobe vi less wget killall; do [ -e "$tree/sbin/$applet" ] || [ -e "$tree/bin/$applet" ] || ln -s /bin/busybox "$tree/bin/$applet"; done
echo "lab-$kind" >"$tree/etc/hostname"
for file in fstab hosts machine-id motd resolv.conf; do : >"$tree/etc/$file"; done
cp "$GB_WORK/status" "$tree/var/lib/dpkg/status"
install -d -m 700 "$tree/root/.ssh"
install -m 600 "$GB_SSH/id_ed25519.pub" "$tree/root/.ssh/authorized_keys"
install -m 600 "$GB_SSH/ssh_host_ed25519_key" "$GB_SSH/ssh_host_ed25519_key.pub" "$tree/etc/ssh/"
if [ "$GB_ARCH" = "$(dpkg --print-architecture)" ]; then ldconfig -r "$tree"; fi

step "making the initrd and the kernel"
initrd=$GB_WORK/initrd
mkdir -p "$initrd"/{bin,dev,proc,sys,root,modules}
cp "$tree/bin/busybox" "$initrd/bin/busybox"
install -m 755 "$here/initrd-init" "$initrd/init"
mknod -m 600 "$initrd/dev/console" c 5 1
copy_modules "$tree" "$release" "$initrd/modules" virtio_pci virtio_blk virtio_net ext4 crc32c_generic
(cd "$initrd" && find . | sort | cpio --quiet --create --format=newc --reproducible) >"$GB_OUT/initrd.img"

# The ELF inside an x86 kernel: the boot protocol's header says where its compressed payload lies; the last four bytes of
# that are its length when unpacked.
kernel_elf() {
  local sectors offset length magic
  number() { od -An -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '; }
  sectors=$(number "$1" 497 1)
  offset=$(((sectors + 1) * 512 + $(number "$1" 584 4)))
  length=$(number "$1" 588 4)
  magic=$(od -An -t x1 -j "$offset" -N 4 "$1" | tr -d ' ')
  payload() { dd if="$1" bs=64K iflag=skip_bytes,count_bytes skip="$offset" count="$((length - 4))" status=none; }
  case $magic in
    02214c18) payload "$1" | lz4 -dcq ;;
    28b52ffd) payload "$1" | zstd -dcq ;;
    fd377a58) payload "$1" | xz -dc ;;
    1f8b08*) payload "$1" | gzip -dc ;;
    *) die "the kernel $1 is packed in an unknown way" ;;
  esac >"$2"
}
case $GB_ARCH in
  amd64) kernel_elf "$tree/boot/vmlinuz-$release" "$GB_OUT/vmlinux" ;;
  *) cp "$tree/boot/vmlinuz-$release" "$GB_OUT/vmlinux" ;;
esac
if [ "$kind" = xen ]; then
  # libvirt's Xen driver finds no model for the emulated processor, which lacks this in the control domain
  sed -i "/<feature name='sep'\/>/d" "$tree/usr/share/libvirt/cpu_map/x86_qemu64.xml"
  gzip -dc "$tree"/boot/xen-4.17-*.gz >"$GB_OUT/xen"
fi

step "making the disk"
raw=$GB_WORK/disk.raw
truncate -s "${GB_PARAM_DISK_GIB}G" "$raw"
mke2fs -q -t ext4 -L guestbench-lab -m 0 -N 200000 -O '^has_journal,^metadata_csum,^resize_inode' \
  -E lazy_itable_init=1,root_owner=0:0,nodiscard -d "$tree" "$raw"
qemu-img convert -f raw -O qcow2 -W -m 4 "$raw" "$GB_OUT/disk.qcow2"
fact tool mke2fs "$(mke2fs -V 2>&1 | awk 'NR == 1 { print $2 }')"
