# Sourced by the recipes that build from unpacked packages, of whatever architecture, without running anything of them:
# the packages of a list with all they need, downloaded once. A set is resolved when its list is new; from then on its
# versions stay, the files are checked by their hash, and nothing is downloaded. To take newer versions, delete the set's
# folder and the image. Several builds share one pool, one at a time.
#   $GB_PACKAGES/pool/*.deb           files as apt names them
#   $GB_PACKAGES/<set>/sums           SHA-256 and file name, one package a line
#   $GB_PACKAGES/<set>/status         dpkg's status file for them, where dependencies were asked for
#   $GB_PACKAGES/<set>/kernel         file name of the kernel's package

# package_set NAME KERNEL_META PACKAGE…: the packages and all they depend on; sets PACKAGE_SET, after the files are there.
package_set() { obtain_set resolve_with_dependencies "$@"; }

# The same for these packages alone.
exact_package_set() { obtain_set resolve_exactly "$@"; }

obtain_set() {
  local resolve=$1 name=$2 meta=$3
  shift 3
  local key
  key=$(printf '%s\n' "$DISTRO" "$SUITE" "$GB_ARCH" "$meta" "$@" | sha256sum | cut -c1-12)
  PACKAGE_SET=$GB_PACKAGES/$name-$key
  mkdir -p "$GB_PACKAGES/pool"
  exec 9>"$GB_PACKAGES/lock"
  flock 9
  if ! (cd "$GB_PACKAGES/pool" && sha256sum --quiet --check "$PACKAGE_SET/sums") >/dev/null 2>&1; then
    resolve_set "$resolve" "$meta" "$@"
  fi
  exec 9>&-
}

resolve_set() {
  local resolve=$1 meta=$2 temp=$GB_WORK/set kernel
  shift 2
  mkdir -p "$temp" "$GB_PACKAGES/pool/partial"
  private_apt_setup "$GB_WORK/apt"
  kernel=$(private_apt apt-cache depends "$meta" | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }')
  [ -n "$kernel" ] || die "apt knows no kernel by the name $meta"
  private_apt apt-get -qq --print-uris download "$kernel" >"$temp/kernel-uri"
  awk '{ print $2 }' "$temp/kernel-uri" >"$temp/kernel"
  "$resolve" "$temp" "$@"
  awk '{ sub(/^SHA256:/, "", $4); print $4 "  " $2 }' "$temp/uris" "$temp/kernel-uri" >"$temp/sums"
  (cd "$GB_PACKAGES/pool" && private_apt apt-get -q download "$kernel" >&2)
  (cd "$GB_PACKAGES/pool" && sha256sum --quiet --check "$temp/sums") || die "the downloaded packages are not what apt announced"
  rm -rf "$PACKAGE_SET"
  mv "$temp" "$PACKAGE_SET"
}

resolve_exactly() {
  local temp=$1
  shift
  private_apt apt-get -qq --print-uris -o Acquire::ForceHash=SHA256 download "$@" >"$temp/uris"
  (cd "$GB_PACKAGES/pool" && private_apt apt-get -q download "$@" >&2)
}

resolve_with_dependencies() {
  local temp=$1 names
  shift
  mkdir -p "$GB_WORK/none/partial"
  # with an empty archive every file is listed, whether the pool has it or not
  private_apt apt-get -qq --no-install-recommends --print-uris -o Acquire::ForceHash=SHA256 \
    -o Dir::Cache::archives="$GB_WORK/none" install "$@" >"$temp/uris"
  names=$(private_apt apt-get -qq --no-install-recommends --simulate install "$@" |
    awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2 "=" $3 }')
  private_apt apt-cache show --no-all-versions $names |
    awk '/^(Filename|Size|MD5sum|SHA256|Description-md5):/ { next } { print } /^Package:/ { print "Status: install ok installed" }' >"$temp/status"
  private_apt apt-get -q --no-install-recommends --download-only -y -o Dir::Cache::archives="$GB_PACKAGES/pool" install "$@" >&2
}

# Unpacks packages (file names on standard input) of the pool into a tree, as many at a time as there are processors,
# without the paths that match a line of the file EXCLUDE.
unpack_packages() {
  GB_TREE=$1 GB_EXCLUDE=$2 xargs -P "$(nproc)" -I '{}' sh -ec '
    dpkg-deb --fsys-tarfile "$GB_PACKAGES/pool/$1" |
      tar -x -C "$GB_TREE" --numeric-owner --keep-directory-symlink --wildcards --exclude-from="$GB_EXCLUDE"' unpack '{}'
}

# File names of the set's packages.
set_files() { awk '{ print $2 }' "$PACKAGE_SET/sums"; }

# Notes the versions of the packages whose file names are on standard input.
package_facts() {
  awk -F_ '{ sub("%3a", ":", $2); print "package\t" $1 "\t" $2 }' | sort -u >>"$GB_OUT/facts.tsv"
}

# Notes the kernel of the set, whose modules lie in the tree, and prints its release.
kernel_release() {
  local release
  release=$(basename "$(echo "$1"/lib/modules/*)")
  fact kernel "$release" "$(awk -F_ '{ sub("%3a", ":", $2); print $2 }' "$PACKAGE_SET/kernel")"
  echo "$release"
}

# copy_modules TREE RELEASE DIR MODULE…: copies kernel modules with what they need; their names go into the file `order`
# of DIR, as they have to be loaded.
copy_modules() {
  local tree=$1 release=$2 dir=$3 module
  shift 3
  mkdir -p "$dir"
  for module in "$@"; do
    modprobe --dirname="$tree" --set-version="$release" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
  done | awk '!seen[$0]++' | while read -r file; do
    cp "$file" "$dir/"
    basename "$file" >>"$dir/order"
  done
}
