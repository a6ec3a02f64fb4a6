/** What the machine's own daemons hold. One that does not answer holds nothing. */
import { type Look, word } from "./look.ts";

const libvirt = "virsh -q -c qemu:///system";

export const libvirtObjects: Look = {
  command: `command -v virsh >/dev/null || exit 0
timeout 5 ${libvirt} uri >/dev/null 2>&1 || exit 0
for o in domain:list network:net-list pool:pool-list; do
  all=$(${libvirt} \${o#*:} --all --name) || exit
  echo "$all" | awk -v o=\${o%%:*} 'NF {print o, $0}'
done`,
  remedy: (line) => {
    const undefine = { domain: "undefine", network: "net-undefine", pool: "pool-undefine" }[word(line) as "pool"];
    return `${libvirt} ${undefine} ${word(line, 1)}`;
  },
};

const docker = "docker -H unix:///var/run/docker.sock";

/** Images that a stack built are told by their label, since stacks may build the same one. */
export const dockerObjects: Look = {
  command: `command -v docker >/dev/null && [ -S /var/run/docker.sock ] || exit 0
d="${docker}"
timeout 5 $d version >/dev/null 2>&1 || exit 0
$d ps -a --format 'container {{.Names}}' && $d network ls --format 'network {{.Name}}' && $d volume ls --format 'volume {{.Name}}' || exit
$d image ls --format '{{.Repository}}:{{.Tag}} {{.ID}}' | awk '$1 !~ /^guestbench[/]/ {print "image", $1 == "<none>:<none>" ? $2 : $1}'
for i in $($d image ls -q --filter label=guestbench.stack | sort -u); do
  $d image inspect -f 'image {{index .RepoTags 0}} of stack {{index .Config.Labels "guestbench.stack"}}' $i
done`,
  remedy: (line) => {
    const remove = { container: "rm -f", network: "network rm", volume: "volume rm", image: "image rm -f" };
    return `${docker} ${remove[word(line) as "image"]} ${word(line, 1)}`;
  },
};

export const xenDomains: Look = {
  command: `grep -qs control_d /proc/xen/capabilities || exit 0
all=$(xl list) || exit
echo "$all" | awk 'NR > 1 {print $1}'`,
  remedy: (line) => `xl destroy ${line}`,
};
