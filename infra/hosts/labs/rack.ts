/**
 * For tests: a host that is there before any stack and stays when it goes, as a real testbed is. It is an emulated one,
 * reached by a stack of type ssh; a test can pull its plug, fill its disk, or change it behind the stack's back.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureSshKeys, sshKeyTexts } from "../../images/ssh-keys.ts";
import { quote, thisMachine } from "../shell.ts";
import type { LabKind } from "./kinds.ts";
import { labObject } from "./lab.ts";
import { labSshArgv } from "./scripts.ts";

export interface Rack {
  /** Runs a script on the host as root, as an argument vector of this machine. */
  argv(script: string): string[];
  /** The same at once, past a stack's own connection. */
  sh(script: string): string;
  /** Restarts it and waits until it answers again. */
  reboot(): void;
  remove(): void;
  /** `host.access` of a stack that uses it. */
  access: Record<string, unknown>;
}

/** Boots it; the image is built where it is missing. */
export function bootRack(name: string, kind: LabKind, sshPort: number): Rack {
  const instance = { kind, name, cpus: 2, memoryMiB: 3072, sshPort };
  const object = labObject(name, instance);
  const node = quote(process.execPath);
  thisMachine.sh(`${node} ${join(import.meta.dirname, "build.ts")} ${kind} >/dev/null`, { timeoutMs: 1_200_000 });
  thisMachine.sh(`set -eu\n(${object.remove}\n) >/dev/null 2>&1\n${object.create}`, { timeoutMs: 300_000 });
  const keys = ensureSshKeys();
  const login = labSshArgv(sshPort, keys);
  const ssh = login.map(quote).join(" ");
  return {
    argv: (script) => [...login, script],
    sh: (script) => thisMachine.sh(`${ssh} ${quote(script)}`),
    reboot: () => {
      // the connection that asks for it never hears that it is gone
      const restart =
        "sync; echo 1 >/proc/sys/kernel/sysrq; (sleep 0.2; echo b >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &";
      const boot = "cat /proc/sys/kernel/random/boot_id";
      const script = `before=$(${ssh} ${quote(boot)}); timeout 10 ${ssh} ${quote(restart)} || true
        i=0; until now=$(timeout 3 ${ssh} ${quote(boot)} 2>/dev/null) && [ "$now" != "$before" ]; do
          i=$((i+1)); [ $i -lt 60 ] || { echo "${name} did not come back" >&2; exit 1; }; sleep 0.5
        done`;
      thisMachine.sh(script, { timeoutMs: 300_000 });
    },
    remove: () => void thisMachine.sh(`set -eu\n${object.remove}`),
    access: {
      type: "ssh",
      address: "127.0.0.1",
      port: sshPort,
      identityFile: keys.identityFile,
      hostKey: sshKeyTexts(keys)[1] ?? "",
    },
  };
}

/** Writes a stack file for tests: plain data as its default export. */
export function writeStack(dir: string, name: string, stack: unknown): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${name}.ts`), `export default ${JSON.stringify(stack, null, 2)};\n`);
}
