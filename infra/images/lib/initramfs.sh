# Sourced by the recipes whose whole system is an initramfs around busybox. Nothing of it is run here: it may be of
# another architecture.

# The folders and files that such a system has whatever its tools; a busybox of the tree PACKAGES is its /bin/busybox.
start_initramfs() {
  local root=$1 packages=$2 dir
  mkdir -p "$root"/{bin,dev,etc/dropbear,lib,proc,root,run,sys,tmp,usr}
  cp -r "$(dirname "${BASH_SOURCE[0]}")/initramfs/." "$root/"
  for dir in sbin usr/bin usr/sbin; do ln -s /bin "$root/$dir"; done
  cp "$(find "$packages" -path '*/bin/busybox' -type f)" "$root/bin/busybox"
  install -d -m 700 "$root/root" "$root/root/.ssh"
  install -m 600 "$GB_SSH/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
  dropbear_key "$GB_SSH/ssh_host_ed25519_key" >"$root/etc/dropbear/host_key"
  chmod 600 "$root/etc/dropbear/host_key"
  mknod -m 600 "$root/dev/console" c 5 1
}

# An ed25519 key without a passphrase as dropbear keeps it: the key's type, then both halves. In OpenSSH's file they lie
# at fixed places, behind 106 bytes that are the same but for the public half and a check value.
dropbear_key() {
  local plain=$GB_WORK/host-key
  sed '/^-----/d' "$1" | base64 -d >"$plain"
  [ "$(head -c 31 "$plain" | tr '\0\4' ..)" = "openssh-key-v1.....none....none" ] &&
    [ "$(tail -c +111 "$plain" | head -c 11)" = ssh-ed25519 ] || die "$1 is not a plain ed25519 key"
  tail -c +107 "$plain" | head -c 15
  tail -c +158 "$plain" | head -c 68
  rm "$plain"
}

# The folder of the architecture's libraries.
multiarch() {
  case $GB_ARCH in
    amd64) echo x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu ;;
    *) die "no folder of libraries is known for $GB_ARCH" ;;
  esac
}

# The libraries that a program names.
needed_libraries() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# copy_libraries ROOT PACKAGES SKIP PROGRAM…: puts what the programs load where the loader looks, and the loader where
# they look, without the library SKIP.
copy_libraries() {
  local root=$1 packages=$2 skip=$3 multiarch queue next library file interpreter program
  shift 3
  multiarch=$(multiarch)
  mkdir -p "$root/lib/$multiarch"
  queue=$(for program in "$@"; do needed_libraries "$program"; done)
  while [ -n "$queue" ]; do
    next=
    for library in $queue; do
      [ ! -e "$root/lib/$multiarch/$library" ] && [ "$library" != "$skip" ] || continue
      file=$(find "$packages" -path "*/$multiarch/$library" | head -n 1)
      [ -n "$file" ] || die "no package holds $library"
      cp -L "$file" "$root/lib/$multiarch/$library"
      next="$next $(needed_libraries "$root/lib/$multiarch/$library")"
    done
    queue=$next
  done
  interpreter=$(readelf -l "$1" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
  mkdir -p "$root$(dirname "$interpreter")"
  rm -f "$root/lib/$multiarch/$(basename "$interpreter")"
  cp -L "$(find "$packages" -name "$(basename "$interpreter")" | head -n 1)" "$root$interpreter"
}

# finish_initramfs ROOT COMPRESSOR…: packs the tree through the command into the artefact, and notes what is in it.
finish_initramfs() {
  local root=$1
  shift
  (cd "$root" && find . | sort | cpio --quiet --create --format=newc --reproducible --owner=0:0) |
    "$@" >"$GB_OUT/initramfs.img"
  fact content initramfs.img "$(content_hash "$root" etc/dropbear/host_key root/.ssh/authorized_keys)"
  echo "initramfs: $(stat -c %s "$GB_OUT/initramfs.img") bytes" >&2
}
