# Sourced by build.sh: the packages of a list with all they need, downloaded once. A set is resolved when its list is
# new; from then on its versions stay, the files are checked by their hash, and nothing is downloaded. To take newer
# versions, delete the set's folder and the image. Several builds share one pool, one at a time.
#   $GB_PACKAGES/pool/*.deb           files as apt names them
#   $GB_PACKAGES/<set>/sums           SHA-256 and file name, one package a line
#   $GB_PACKAGES/<set>/status         dpkg's status file for them
#   $GB_PACKAGES/<set>/kernel         file name of the kernel's package

# package_set NAME KERNEL_META PACKAGE…: sets PACKAGE_SET, after the files are there.
package_set() {
  local name=$1 meta=$2
  shift 2
  local key
  key=$(printf '%s\n' "$DISTRO" "$SUITE" "$GB_ARCH" "$meta" "$@" | sha256sum | cut -c1-12)
  PACKAGE_SET=$GB_PACKAGES/$name-$key
  mkdir -p "$GB_PACKAGES/pool"
  exec 9>"$GB_PACKAGES/lock"
  flock 9
  if ! (cd "$GB_PACKAGES/pool" && sha256sum --quiet --check "$PACKAGE_SET/sums") >/dev/null 2>&1; then
    resolve_set "$meta" "$@"
  fi
  exec 9>&-
}

resolve_set() {
  local meta=$1 temp=$GB_WORK/set names kernel
  shift
  mkdir -p "$temp" "$GB_WORK/none/partial" "$GB_PACKAGES/pool/partial"
  private_apt_setup "$GB_WORK/apt"
  kernel=$(private_apt apt-cache depends "$meta" | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }')
  [ -n "$kernel" ] || die "apt knows no kernel by the name $meta"
  # with an empty archive every file is listed, whether the pool has it or not
  private_apt apt-get -qq --no-install-recommends --print-uris -o Acquire::ForceHash=SHA256 \
    -o Dir::Cache::archives="$GB_WORK/none" install "$@" >"$temp/uris"
  private_apt apt-get -qq --print-uris download "$kernel" >"$temp/kernel-uri"
  awk '{ sub(/^SHA256:/, "", $4); print $4 "  " $2 }' "$temp/uris" "$temp/kernel-uri" >"$temp/sums"
  awk '{ print $2 }' "$temp/kernel-uri" >"$temp/kernel"
  names=$(private_apt apt-get -qq --no-install-recommends --simulate install "$@" |
    awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2 "=" $3 }')
  private_apt apt-cache show --no-all-versions $names |
    awk '/^(Filename|Size|MD5sum|SHA256|Description-md5):/ { next } { print } /^Package:/ { print "Status: install ok installed" }' >"$temp/status"
  private_apt apt-get -q --no-install-recommends --download-only -y -o Dir::Cache::archives="$GB_PACKAGES/pool" install "$@" >&2
  (cd "$GB_PACKAGES/pool" && private_apt apt-get -q download "$kernel" >&2)
  (cd "$GB_PACKAGES/pool" && sha256sum --quiet --check "$temp/sums") || die "the downloaded packages are not what apt announced"
  rm -rf "$PACKAGE_SET"
  mv "$temp" "$PACKAGE_SET"
}

# Unpacks packages (file names on standard input) of the pool into a tree, as many at a time as there are processors,
# without the paths that match a line of the file EXCLUDE.
unpack_packages() {
  GB_TREE=$1 GB_EXCLUDE=$2 xargs -P "$(nproc)" -I '{}' sh -ec '
    dpkg-deb --fsys-tarfile "$GB_PACKAGES/pool/$1" |
      tar -x -C "$GB_TREE" --numeric-owner --keep-directory-symlink --wildcards --exclude-from="$GB_EXCLUDE"' unpack '{}'
}
