#!/bin/bash
# Builds the tinyx image: a kernel with only what a guest needs and an initramfs that is the whole system.
#   vmlinuz         from tinyconfig of the distribution's linux-source and the kernel*.config beside this file
#   initramfs.img   busybox, dropbear, and the debian image's own iperf3 and hackbench with the libraries they load
here=$(dirname "$(readlink -f "$0")")
. "$here/../lib/common.sh"
. "$here/../lib/initramfs.sh"
jobs=$(nproc)
[ "$jobs" -le 2 ] || jobs=$((jobs - 1))

step "fetching sources and packages of $SUITE"
private_apt_setup "$GB_WORK/apt"
cd "$GB_WORK"
linux_package=$(private_apt apt-cache depends linux-source | awk '$1 == "Depends:" && /linux-source-/ { print $2; exit }')
[ -n "$linux_package" ] || die "$SUITE has no linux-source package"
private_apt apt-get -q download "$linux_package" rt-tests iperf3 libiperf0 libsctp1 libc6 busybox-static >&2
private_apt apt-get -q source --download-only dropbear >&2
for deb in *.deb; do
  fact package "$(dpkg-deb -f "$deb" Package)" "$(dpkg-deb -f "$deb" Version)"
  case $deb in
    linux-source-*) dpkg-deb -x "$deb" linux-source ;;
    *) dpkg-deb -x "$deb" packages ;;
  esac
done
fact package dropbear "$(awk '$1 == "Version:" { print $2; exit }' dropbear_*.dsc)"

step "compiling the ssh server"
dpkg-source --no-check -x dropbear_*.dsc dropbear >&2
cp "$here/dropbear-options.h" dropbear/localoptions.h
(
  cd dropbear
  CC=musl-gcc CFLAGS="-Os -ffunction-sections -fdata-sections" LDFLAGS="-static -Wl,--gc-sections" ./configure \
    --enable-static --enable-bundled-libtom --disable-harden --disable-zlib --disable-pam --disable-syslog \
    --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp --disable-wtmpx
  make -j"$jobs" PROGRAMS=dropbear STATIC=1
) >&2 2>"$GB_WORK/dropbear.log" || { tail -40 "$GB_WORK/dropbear.log" >&2; die "dropbear did not compile"; }
strip dropbear/dropbear

step "putting the initramfs together"
root=$GB_WORK/root
start_initramfs "$root" packages
cp -r "$here/overlay/." "$root/"
"$root/bin/busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
cp dropbear/dropbear packages/usr/bin/{iperf3,hackbench} "$root/bin/"
static_page "$root/bin/static-page"
copy_libraries "$root" packages libcrypto.so.3 "$root"/bin/{iperf3,hackbench}

# iperf3 wants OpenSSL for its password option alone. 4.7 MB for that would be more than all the rest: an empty
# library with the same names takes its place, and a guest that is asked for that option stops with a trap.
nm -D --undefined-only "$root/lib/$(multiarch)/libiperf.so.0" | sed -n 's/.* \([A-Za-z0-9_]*\)@OPENSSL_.*/\1/p' >crypto-names
if [ -s crypto-names ]; then
  sed 's/.*/void &(void) { __builtin_trap(); }/' crypto-names >crypto.c
  echo 'OPENSSL_3.0.0 { global: *; };' >crypto.map
  gcc -shared -nostdlib -fPIC -Os -Wl,-soname,libcrypto.so.3 -Wl,--version-script=crypto.map \
    -o "$root/lib/$(multiarch)/libcrypto.so.3" crypto.c
  strip "$root/lib/$(multiarch)/libcrypto.so.3"
fi
finish_initramfs "$root" xz --check=crc32 --lzma2=preset=9e,dict=8MiB

step "unpacking the kernel's source"
mkdir linux
tar -xJf linux-source/usr/src/linux-source-*.tar.xz -C linux --strip-components=1
rm -rf linux-source linux-source-*.deb

step "compiling the kernel"
case $GB_ARCH in
  amd64) export ARCH=x86_64 image=arch/x86/boot/bzImage ;;
  arm64) export ARCH=arm64 image=arch/arm64/boot/Image.gz ;;
  *) die "no kernel configuration for $GB_ARCH" ;;
esac
cd linux
export KBUILD_BUILD_USER=guestbench KBUILD_BUILD_HOST=guestbench KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH"
fragments=("$here/kernel.config" "$here/kernel.$GB_ARCH.config")
make -s tinyconfig >/dev/null 2>&1
scripts/kconfig/merge_config.sh -m .config "${fragments[@]}" >/dev/null
make -s olddefconfig 2>/dev/null
# An option that kconfig dropped silently would be a guest that does not boot.
for option in $(grep -hoE '^CONFIG_[A-Z0-9_]+=[^ ]*' "${fragments[@]}"); do
  grep -qxF "$option" .config || die "the kernel's configuration lost $option"
done
make -s -j"$jobs" "$(basename "$image")" >&2
cp "$image" "$GB_OUT/vmlinuz"
cp .config "$GB_OUT/kernel.config"
fact kernel "$(make -s kernelrelease)" "$(awk '$1 == "package" && $2 ~ /^linux-source/ { print $3 }' "$GB_OUT/facts.tsv")"
fact tool gcc "$(gcc -dumpfullversion)"
fact tool musl "$(dpkg-query -W -f '${Version}' musl-dev 2>/dev/null || echo unknown)"

step "checking the size"
bytes=$(($(stat -c %s "$GB_OUT/vmlinuz") + $(stat -c %s "$GB_OUT/initramfs.img")))
echo "kernel and initramfs: $bytes bytes" >&2
[ "$bytes" -le $((GB_PARAM_MAX_KIB * 1024)) ] || die "kernel and initramfs are $bytes bytes, more than $GB_PARAM_MAX_KIB KiB"
