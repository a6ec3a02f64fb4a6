/**
 * One campaign per host at a time: who measures holds a lease, a file on the host itself, so that it counts for every
 * clone and every controller that reaches the host. Its age by the host's own clock is the last sign of life of its
 * holder; one that is older than the deadline is dead, and may be taken over.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { InfraError } from "../errors.ts";
import { hostStateDir, projectDir } from "../toolchain/paths.ts";
import type { Access } from "./access.ts";
import { DEADLINE_S, startHeartbeat } from "./heartbeat.ts";
import { type HostShell, quote } from "./shell.ts";

const holderSchema = z.object({
  token: z.string().describe("drawn for every lease: nobody takes another's for his own"),
  owner: z.string().describe("user@controller:clone"),
  controller: z.string().describe("boot id of the machine that the command runs on"),
  stack: z.string(),
  command: z.string(),
  campaign: z.string().nullable(),
  pid: z.number().int(),
  since: z.string(),
});
export type LeaseHolder = z.infer<typeof holderSchema>;

export interface LeaseRequest {
  stack: string;
  command: string;
  campaign: string | null;
  /** Told whom the host was taken over from. */
  onTakeover(text: string): void;
  /** Told when the lease is found to be another's. */
  onLost(reason: InfraError): void;
}

export interface Lease {
  /** Also runs what was to be done then, last asked first done. */
  release(): void;
  /** Something to be done when the host is not needed any more; at once where it is not held. */
  onRelease(action: () => void): void;
}

/** An emulated host is its stack's alone. */
export const isShared = (access: Access): boolean => access.type !== "emulated";
export const noLease: Lease = { release: () => {}, onRelease: (action) => action() };

/** Who this is, to people and to other controllers. */
export function thisClone(): string {
  return `${userName()}@${hostname()}:${projectDir()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

function newHolder({ stack, command, campaign }: LeaseRequest): LeaseHolder {
  const controller = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const who = { token: randomUUID(), owner: thisClone(), controller, stack };
  return { ...who, command, campaign, pid: process.pid, since: new Date().toISOString() };
}

/** Pure: for people. */
function describe({ command, campaign, stack, owner, since }: LeaseHolder): string {
  const what = campaign === null ? `stack ${stack}` : `campaign ${campaign}, stack ${stack}`;
  return `\`guestbench ${command}\` (${what}) of ${owner}, since ${since}`;
}

/** The lease and its guard: the directory above, which nobody removes and which therefore can be locked. */
const placeOf = (dir: string) => ({
  file: join(dir, "lease.json"),
  guard: `exec 9<${quote(dirname(dir))}; flock -w 10 9`,
});

/**
 * Pure: takes the lease, or prints whose it is. The clone's own lock sees to it that a lease of the same clone for the
 * same stack has no living holder, so that one is taken at once.
 */
export function renderTake(holder: LeaseHolder, dir: string): string {
  const { file, guard } = placeOf(dir);
  const { owner, controller, stack } = holder;
  const own = JSON.stringify({ owner, controller, stack }).slice(1, -1);
  return `set -eu
${guard}
mkdir -p ${quote(dir)}
lease=${quote(file)}
if [ -e "$lease" ]; then
  age=$(($(date +%s) - $(stat -c %Y "$lease")))
  if grep -qF -- ${quote(own)} "$lease"; then state=own
  elif [ $age -lt ${DEADLINE_S} ] && [ $age -gt -${DEADLINE_S} ]; then state=held
  else state=dead; fi
  echo "$state $age"
  echo "$(cat "$lease")"
  [ $state != held ] || exit 0
fi
printf '%s\\n' ${quote(JSON.stringify(holder))} >"$lease.new"
sync "$lease.new"
mv "$lease.new" "$lease"
echo taken`;
}

/** Pure: gives the lease back if it still is that one; the directory goes with the last file in it. */
function renderRelease(token: string, dir: string): string {
  const { file, guard } = placeOf(dir);
  return `${guard}
if grep -qsF -- ${quote(token)} ${quote(file)}; then rm -f ${quote(file)}; fi
rmdir ${quote(dir)} 2>/dev/null || true`;
}

interface Answer {
  taken: boolean;
  /** Who holds it, or held it; null: nobody did, or nobody can read who. */
  other: LeaseHolder | null;
  state: "free" | "own" | "held" | "dead";
  ageS: number;
}

function parseAnswer(text: string): Answer {
  const [, state = "free", age = "0", json = ""] = /^(own|held|dead) (-?\d+)\n([^\n]*)/.exec(text) ?? [];
  return { taken: /^taken$/m.test(text), other: parseHolder(json), state: state as Answer["state"], ageS: Number(age) };
}

function parseHolder(json: string): LeaseHolder | null {
  try {
    return holderSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

const nameOf = (holder: LeaseHolder | null) => (holder === null ? "somebody" : describe(holder));

/** Takes the host, or says why not. */
export function takeLease(
  host: HostShell,
  request: LeaseRequest,
  dir: string = dirname(hostStateDir(request.stack)),
): { lease: Lease } | { busy: string } {
  const holder = newHolder(request);
  const { taken, other, state, ageS } = parseAnswer(host.sh(renderTake(holder, dir)));
  if (!taken) return { busy: `${host.name} is in use by ${nameOf(other)}, last sign of life ${ageS} s ago` };
  if (state === "dead") {
    const hint =
      other === null ? "" : `; what it made may still be there: \`guestbench recover --stack ${other.stack}\``;
    request.onTakeover(`took ${host.name} over from ${nameOf(other)}: no sign of life for ${ageS} s${hint}`);
  }
  const heartbeat = startHeartbeat(host, placeOf(dir).file, holder.token, (said) =>
    request.onLost(new InfraError(lostTo(host, parseHolder(said)))),
  );
  const actions: (() => void)[] = [];
  return {
    lease: {
      onRelease: (action) => void actions.push(action),
      release() {
        heartbeat.stop();
        try {
          host.sh(renderRelease(holder.token, dir));
        } finally {
          for (const action of actions.splice(0).reverse()) action();
        }
      },
    },
  };
}

function lostTo({ name }: HostShell, other: LeaseHolder | null): string {
  if (other === null)
    return `the lease of ${name} was removed, by \`guestbench recover\` or by hand: it is not ours any more`;
  return `${name} was taken over by ${describe(other)}: there had been no sign of life from here for ${DEADLINE_S} s`;
}
