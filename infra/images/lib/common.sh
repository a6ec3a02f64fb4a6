# Shared by the image recipes: progress lines, facts for the manifest, and packages from the machine's own apt sources.
# Sourced by bash. The builder sets GB_OUT (where artefacts go), GB_WORK (scratch), GB_ARCH (Debian's name), GB_SSH, GB_STEPS.
set -euo pipefail
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH=1700000000

. /etc/os-release
DISTRO=$ID
SUITE=$VERSION_CODENAME

gb_step=0
step() {
  gb_step=$((gb_step + 1))
  echo "[$gb_step/$GB_STEPS] $*" >&2
}

die() {
  echo "$*" >&2
  exit 1
}

# Facts end in the manifest: `fact kernel VERSION`, `fact package NAME VERSION`, `fact tool NAME VERSION`, `fact content FILE HASH`.
fact() {
  local IFS=$'\t'
  echo "$*" >>"$GB_OUT/facts.tsv"
}

# What a folder holds as one hash: names, kinds, modes, owners, link targets and bytes, but no times, and without the
# files named after it, which differ from user to user. So two users' builds of one recipe can be compared.
content_hash() {
  local dir=$1 file
  shift
  local others=()
  for file in "$@"; do others+=(! -path "./$file"); done
  (
    cd "$dir"
    {
      find . "${others[@]}" -printf '%y %m %U:%G %p %l\n'
      find . "${others[@]}" -type f -print0 | xargs -0 --no-run-if-empty sha256sum
    } | sort | sha256sum | cut -c1-64
  )
}

# The sources of the machine's own release, one line each, as TYPE (deb or deb-src). Other repositories that the machine
# happens to use are left out, so that they cannot slip other versions of a package into an image.
apt_sources() {
  local type=$1 lines
  lines=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    awk -v type="$type" -v suite="$SUITE" '
      $1 !~ /^cdrom:/ && ($2 == suite || index($2, suite "-") == 1 || index($2, suite "/") == 1) && !seen[$0]++ {
        print type, $1, $2, $3
      }')
  [ -n "$lines" ] || die "apt knows no sources for $SUITE: check /etc/apt/sources.list.d, then run apt-get update"
  echo "$lines"
}

# What the machine's administrator set for downloads: proxies, retries, date checks.
apt_acquire_settings() {
  apt-config dump Acquire | grep -E '::(Proxy|Proxy-Auto-Detect|Retries|Check-[A-Za-z-]+|Verify-[A-Za-z-]+)[: ]' || true
}

# Every key the machine trusts for any archive.
apt_keys() {
  mkdir -p "$1"
  local key
  for key in /usr/share/keyrings/"$DISTRO"-archive*.gpg /etc/apt/keyrings/* /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*; do
    case $key in
      *removed*) ;;
      *.gpg | *.asc) if [ -s "$key" ]; then cp -L "$key" "$1/"; fi ;;
    esac
  done
}

# A private apt: own sources, lists and cache under DIR; the system's apt is not touched. Then `private_apt …`.
private_apt_setup() {
  APT_DIR=$1
  mkdir -p "$APT_DIR"/{lists/partial,archives/partial,parts}
  { apt_sources deb; apt_sources deb-src; } >"$APT_DIR/sources.list"
  apt_keys "$APT_DIR/keys"
  : >"$APT_DIR/status"
  {
    apt_acquire_settings
    cat <<CONF
Dir::Etc::sourcelist "$APT_DIR/sources.list";
Dir::Etc::sourceparts "$APT_DIR/parts";
Dir::Etc::preferencesparts "$APT_DIR/parts";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "$APT_DIR/keys";
Dir::State "$APT_DIR";
Dir::State::lists "$APT_DIR/lists";
Dir::State::status "$APT_DIR/status";
Dir::Cache "$APT_DIR";
Dir::Cache::archives "$APT_DIR/archives";
APT::Architecture "$GB_ARCH";
APT::Architectures { "$GB_ARCH"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
  } >"$APT_DIR/apt.conf"
  private_apt apt-get -q update >&2
}

private_apt() { APT_CONFIG="$APT_DIR/apt.conf" "$@"; }

# The HTTP server of one page: one source, linked statically, so that every Linux image runs the same program.
static_page() {
  musl-gcc -static -Os -Wl,--gc-sections -o "$1" "$(dirname "${BASH_SOURCE[0]}")/static-page.c"
  strip "$1"
}
