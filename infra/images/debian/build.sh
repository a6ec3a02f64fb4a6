#!/bin/bash
# Builds the debian image: one tree for the bare-metal chroot, the container and the virtual machine.
#   tree/                     the root file system
#   docker/                   Dockerfile and rootfs.tar of the same files
#   disk.raw                  ext4 of the tree and the kernel's modules
#   vmlinuz, initrd.img       the distribution's cloud kernel and the little that mounts the disk
here=$(dirname "$(readlink -f "$0")")
. "$here/../lib/common.sh"

keys=(root/.ssh/authorized_keys etc/ssh/ssh_host_ed25519_key etc/ssh/ssh_host_ed25519_key.pub)

tree=$GB_OUT/tree
kernel=$GB_WORK/kernel
list() { grep -v '^#' "$here/$1"; }

case $DISTRO in
  ubuntu) kernel_package=linux-image-virtual ;;
  *) kernel_package=linux-image-cloud-$GB_ARCH ;;
esac

# The image's own sources: the machine's, and one entry more where the stack allows it. The machine's stay as they are.
sources=$(apt_sources deb)
packages=$(list packages.list | paste -sd,)
if [ "$GB_PARAM_NON_FREE" = 1 ]; then
  case $DISTRO in
    ubuntu) section=multiverse ;;
    *) section=non-free ;;
  esac
  sources+=$'\n'$(awk -v section="$section" '{ print $1, $2, $3, section }' <<<"$sources" | sort -u)
  packages+=,$(list non-free.list | paste -sd,)
fi

step "installing the packages of $SUITE"
apt_keys "$GB_WORK/keys"
apt_acquire_settings >"$GB_WORK/acquire.conf"
# The hook fetches the kernel with everything it names; only the kernel's own files are unpacked, outside the tree.
echo "$sources" | mmdebstrap --mode=root --variant=apt --architectures="$GB_ARCH" --format=directory \
  --keyring="$GB_WORK/keys" --aptopt="$GB_WORK/acquire.conf" \
  --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/i18n/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  --include="$packages" \
  --customize-hook='chroot "$1" apt-get install -qy --download-only --reinstall '"$kernel_package" \
  --customize-hook="mkdir -p '$GB_WORK/debs' && find \"\$1/var/cache/apt/archives\" -name 'linux-*.deb' -exec mv {} '$GB_WORK/debs/' ';'" \
  "$SUITE" "$tree" - >&2

step "unpacking the kernel"
for deb in "$GB_WORK"/debs/linux-{image,modules}-*.deb; do
  [ -e "$deb" ] || continue
  dpkg-deb -x "$deb" "$kernel"
done
release=$(basename "$(echo "$kernel"/lib/modules/*)")
cp "$kernel/boot/vmlinuz-$release" "$GB_OUT/vmlinuz"
depmod -b "$kernel" "$release"
fact kernel "$release" "$(dpkg-deb -f "$(ls "$GB_WORK"/debs/linux-image-"$release"_*.deb)" Version)"

step "configuring the tree"
rm -rf "$tree"/var/cache/apt/* "$tree"/var/cache/debconf/*-old "$tree"/var/log/* "$tree"/etc/apt/apt.conf.d/99mmdebstrap \
  "$tree"/etc/apt/trusted.gpg.d/* "$tree"/etc/ssh/ssh_host_* "$tree"/var/lib/dpkg/*-old "$tree"/usr/share/{doc,man,info,locale}/*
mkdir -p "$tree"/var/log/journal && rmdir "$tree"/var/log/journal
cp -r "$here/overlay/." "$tree/"
echo guestbench >"$tree/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 guestbench\n' >"$tree/etc/hosts"
: >"$tree/etc/resolv.conf"
: >"$tree/etc/fstab"
: >"$tree/etc/motd"
printf 'guestbench' | md5sum | cut -c1-32 >"$tree/etc/machine-id"
install -d -m 700 "$tree/root/.ssh"
install -m 600 "$GB_SSH/id_ed25519.pub" "$tree/root/.ssh/authorized_keys"
install -m 600 "$GB_SSH/ssh_host_ed25519_key" "$GB_SSH/ssh_host_ed25519_key.pub" "$tree/etc/ssh/"
chroot "$tree" systemctl --quiet enable systemd-networkd.service systemd-network-generator.service ssh.service guestbench-ready.service
chroot "$tree" systemctl --quiet set-default multi-user.target
static_page "$tree/usr/bin/static-page"
list masked-units.list | xargs chroot "$tree" systemctl --quiet mask
rm -rf "$tree"/var/lib/apt/lists/* "$tree"/tmp/* "$tree"/run/*
chroot "$tree" dpkg-query -W -f 'package\t${Package}\t${Version}\n' >>"$GB_OUT/facts.tsv"

step "making the container's archive"
mkdir "$GB_OUT/docker"
cp "$here/Dockerfile" "$GB_OUT/docker/"
tar --create --file="$GB_OUT/docker/rootfs.tar" --directory="$tree" --sort=name --numeric-owner \
  --xattrs --xattrs-include='security.capability' .
hash=$(content_hash "$tree" "${keys[@]}")
fact content tree "$hash"
fact content docker/rootfs.tar "$hash"

step "making the initrd"
initrd=$GB_WORK/initrd
mkdir -p "$initrd"/{bin,dev,proc,sys,root,modules}
cp "$(command -v busybox)" "$initrd/bin/busybox"
install -m 755 "$here/initrd-init" "$initrd/init"
mknod -m 600 "$initrd/dev/console" c 5 1
: >"$initrd/modules/order"
xen_modules=
[ "$GB_ARCH" != amd64 ] || xen_modules="xen_netfront xen_blkfront"
for module in virtio_pci virtio_blk virtio_net $xen_modules ext4 crc32c_generic; do
  modprobe --dirname="$kernel" --set-version="$release" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" "$initrd/modules/"
  basename "$file" >>"$initrd/modules/order"
done
(cd "$initrd" && find . | sort | cpio --quiet --create --format=newc --reproducible) >"$GB_OUT/initrd.img"
fact content initrd.img "$(content_hash "$initrd")"

step "making the disk"
mkdir -p "$tree/lib/modules"
mv "$kernel/lib/modules/$release" "$tree/lib/modules/"
fact content disk.raw "$(content_hash "$tree" "${keys[@]}")"
used=$(du -sm --apparent-size "$tree" | cut -f1)
disk=$GB_OUT/disk.raw
truncate -s "$((used * 11 / 10 + GB_PARAM_FREE_MIB))M" "$disk"
mke2fs -q -t ext4 -L guestbench -m 0 -i 8192 -E lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0 -d "$tree" "$disk"
rm -r "$tree/lib/modules"
fact tool mmdebstrap "$(mmdebstrap --version | awk '{ print $2 }')"
fact tool mke2fs "$(mke2fs -V 2>&1 | awk 'NR == 1 { print $2 }')"
