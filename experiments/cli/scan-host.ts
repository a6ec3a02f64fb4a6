/** The keys of a host, for people and for programs. */
import { hostKeys } from "../../infra/doctor.ts";
import type { ScanOptions } from "./host.ts";
import { columns, print, printJson } from "./output.ts";

export function scanHost(address: string, { port, json }: ScanOptions): void {
  const keys = hostKeys(address, port);
  if (json) {
    printJson({ address, port, keys });
    return;
  }
  const fingerprints = columns(
    keys.map(({ type, fingerprint }) => [type, fingerprint]),
    "  ",
  );
  print(`${address} port ${port} shows:
${fingerprints}

Anybody on the way could have shown these. Before one of them is trusted, compare its fingerprint with what the host
says on its own console:
  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -l -f "$key"; done

Then write that key into the stack's host.access, one of:
${keys.map(({ key }) => `  hostKey: "${key}",`).join("\n")}

or keep it out of the file: npx pulumi config set hostKey "KEY" -s STACK`);
}
