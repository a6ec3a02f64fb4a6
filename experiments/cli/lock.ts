/** One command at a time changes a stack. A holder that died is not waited for: its traces have to be cleaned up first. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../infra/errors.ts";

const holderSchema = z.strictObject({
  pid: z.number().int(),
  identity: z.string().describe("boot id and start time of the process: a pid alone comes back"),
  command: z.string(),
  campaign: z.string().nullable(),
  since: z.string(),
});
export type Holder = z.infer<typeof holderSchema>;

const pathOf = (localDir: string, stack: string) => join(localDir, "running", `${stack}.json`);

/** null: there is no such process. */
function identityOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

export function isAlive(holder: Holder): boolean {
  return identityOf(holder.pid) === holder.identity;
}

export function readHolder(localDir: string, stack: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(pathOf(localDir, stack), "utf8")));
  } catch {
    return null;
  }
}

/** Throws a ConfigError that names the holder. Returns what gives the stack back. */
export function acquireStack(localDir: string, stack: string, command: string, campaign: string | null): () => void {
  const path = pathOf(localDir, stack);
  const holder: Holder = {
    pid: process.pid,
    identity: identityOf(process.pid) ?? "",
    command,
    campaign,
    since: new Date().toISOString(),
  };
  mkdirSync(join(localDir, "running"), { recursive: true });
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: "wx", flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new ConfigError(refusal(stack, readHolder(localDir, stack)));
  }
  return () => rmSync(path, { force: true });
}

function refusal(stack: string, holder: Holder | null): string {
  const who = holder === null ? "a command" : `\`${holder.command}\``;
  const campaign = holder?.campaign ? ` (campaign ${holder.campaign})` : "";
  if (holder !== null && isAlive(holder))
    return `the stack ${stack} is in use by ${who}${campaign}, process ${holder.pid}: wait for it, or stop it with \`kill -INT ${holder.pid}\``;
  return `${who}${campaign} on the stack ${stack} ended without cleaning up: run \`guestbench recover --stack ${stack}\` first`;
}

/** For `recover`: refuses while the holder lives. Returns it, so that its campaign can be closed. */
export function deadHolder(localDir: string, stack: string): Holder | null {
  const holder = readHolder(localDir, stack);
  if (holder !== null && isAlive(holder)) throw new ConfigError(refusal(stack, holder));
  return holder;
}

export function breakLock(localDir: string, stack: string): void {
  rmSync(pathOf(localDir, stack), { force: true });
}
