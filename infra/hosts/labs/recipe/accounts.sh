# Sourced by build.sh: the accounts that the packages' maintainer scripts would have made.
make_accounts() {
  local etc=$1/etc masters=$1/usr/share/base-passwd
  cp "$masters/passwd.master" "$etc/passwd"
  cp "$masters/group.master" "$etc/group"
  cat >>"$etc/group" <<'GROUPS'
kvm:x:994:libvirt-qemu
libvirt:x:995:
docker:x:996:
messagebus:x:997:
libvirt-qemu:x:64055:libvirt-qemu
libvirt-dnsmasq:x:64054:
GROUPS
  cat >>"$etc/passwd" <<'USERS'
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
messagebus:x:101:997::/nonexistent:/usr/sbin/nologin
tcpdump:x:102:65534::/nonexistent:/usr/sbin/nologin
libvirt-qemu:x:64055:994::/var/lib/libvirt:/usr/sbin/nologin
libvirt-dnsmasq:x:64054:64054::/var/lib/libvirt/dnsmasq:/usr/sbin/nologin
USERS
  sed -i 's/^\([^:]*\):\*:/\1:x:/' "$etc/passwd" "$etc/group"
  # every command over ssh starts root's shell: the one that starts fastest
  sed -i '/^root:/s|:[^:]*$|:/bin/sh|' "$etc/passwd"
  # no password opens anything, and no account is locked: sshd refuses those even with the right key
  awk -F: '{ print $1 ":*:19000:0:99999:7:::" }' "$etc/passwd" >"$etc/shadow"
  awk -F: '{ print $1 ":*::" }' "$etc/group" >"$etc/gshadow"
  chmod 640 "$etc/shadow" "$etc/gshadow"
  cat >"$etc/nsswitch.conf" <<'NSS'
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
NSS
}
