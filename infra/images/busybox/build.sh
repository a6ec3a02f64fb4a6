#!/bin/bash
# Builds the busybox image from unpacked packages, for this machine's architecture or another.
#   vmlinuz         the distribution's cloud kernel as packaged
#   initramfs.img   busybox, dropbear, iperf3 and hackbench, the libraries they load, and the kernel's modules for
#                   virtual hardware
here=$(dirname "$(readlink -f "$0")")
. "$here/../lib/common.sh"
. "$here/../lib/packages.sh"
. "$here/../lib/initramfs.sh"
packages=$GB_WORK/packages
root=$GB_WORK/root
tools=(busybox-static dropbear-bin iperf3 rt-tests)
# what the tools load; one that is missing here is named below
libraries=(libc6 libcrypt1 libgmp10 libiperf0 libnuma1 libsctp1 libssl3 libtomcrypt1 libtommath1 zlib1g)

step "getting the packages"
case $DISTRO in
  ubuntu) meta=linux-image-virtual ;;
  *) meta=linux-image-cloud-$GB_ARCH ;;
esac
exact_package_set busybox "$meta" "${tools[@]}" "${libraries[@]}"
mkdir -p "$packages/usr/lib"
ln -s usr/lib "$packages/lib"
set_files | package_facts
set_files | unpack_packages "$packages" "$here/left-out.paths"

step "putting the initramfs together"
release=$(kernel_release "$packages")
cp "$packages/boot/vmlinuz-$release" "$GB_OUT/vmlinuz"
start_initramfs "$root" "$packages"
cp -r "$here/overlay/." "$root/"
# the shell knows every applet by itself; these are started by others
for applet in sh init poweroff; do ln -s busybox "$root/bin/$applet"; done
programs=("$packages/usr/sbin/dropbear" "$packages"/usr/bin/{iperf3,hackbench})
cp "${programs[@]}" "$root/bin/"
copy_libraries "$root" "$packages" "" "${programs[@]}"
depmod -b "$packages" "$release"
modules=$root/lib/modules
network=(virtio_pci virtio_net)
[ "$GB_ARCH" != amd64 ] || network+=(xen_netfront)
copy_modules "$packages" "$release" "$modules" "${network[@]}"
mv "$modules/order" "$modules/network"
case $GB_ARCH in
  amd64) button=button ;;
  # without firmware there is no ACPI, and this kernel knows no other power button: a keyboard's key takes its place
  arm64) button=virtio_input ;;
esac
copy_modules "$packages" "$release" "$modules" virtio_rng evdev "$button"
grep -vxFf "$modules/network" "$modules/order" >"$modules/other"
rm "$modules/order"
finish_initramfs "$root" zstd -12 --quiet

step "checking the size"
bytes=$(stat -c %s "$GB_OUT/initramfs.img")
[ "$bytes" -le $((GB_PARAM_MAX_KIB * 1024)) ] || die "the initramfs is $bytes bytes, more than $GB_PARAM_MAX_KIB KiB"
