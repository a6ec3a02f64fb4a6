/** What the host records of a libvirt domain, beside what the engine knows of it. */
import { type HostObject, markerFile } from "../hosts/objects.ts";
import type { DomainSpec } from "./kvm-domain.ts";

/**
 * Two records around a definition. A start that fails while libvirt's provider creates a domain leaves it defined and
 * unknown to the engine: the slot finds a domain of ours that was never recorded as defined, and clears it.
 */
export function domainObjects({ name, stack }: DomainSpec, uri: string): { slot: HostObject; defined: HostObject } {
  const virsh = `virsh -q -c '${uri}'`;
  const known = `${virsh} dominfo ${name} >/dev/null 2>&1`;
  const ours = `${virsh} dumpxml ${name} | grep -q urn:guestbench`;
  const clear = [
    `if ${known} && ${ours}; then`,
    `  ${virsh} destroy ${name} >/dev/null 2>&1 || true`,
    `  ${virsh} undefine ${name} >/dev/null`,
    "fi",
  ].join("\n");
  const recorded = markerFile(stack, "definition", name);
  return {
    slot: {
      kind: "domain",
      name,
      exists: `[ -e '${recorded}' ] && ${known}`,
      taken: `${known} && ! ${ours}`,
      create: clear,
      remove: clear,
    },
    defined: { kind: "definition", name, exists: known, create: "true", remove: "true", shared: true },
  };
}
