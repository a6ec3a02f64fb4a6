/**
 * What a host looks like from outside, taken before a stack's first `up` and kept on the host until an attestation finds
 * nothing left over.
 */
import { dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { hostStateDir, projectDir, runtimeDir } from "../toolchain/paths.ts";
import { inspect, whyNot } from "./inspect.ts";
import { thisClone } from "./lease.ts";
import { looksFor } from "./looks/index.ts";
import type { Look } from "./looks/look.ts";
import { touchedDir } from "./objects.ts";
import { type HostShell, quote, thisMachine } from "./shell.ts";

/** The lines of a look, or why there are none. */
const seenSchema = z.union([z.array(z.string()), z.strictObject({ failed: z.string() })]);
export type Seen = z.infer<typeof seenSchema>;

const snapshotSchema = z.strictObject({
  owner: z.string().describe("clone that brought the stack up"),
  boot: z.string().optional().describe("boot id of the host"),
  looks: z.record(z.string(), seenSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** Pure: one line per thing, each once; of settings one line per path, however many lines its value has. */
export function linesOf(text: string, { settings = false }: Pick<Look, "settings">): string[] {
  const lines = text.split("\n").filter(Boolean);
  if (!settings) return [...new Set(lines)].sort();
  const values = Map.groupBy(lines, (line) => line.split(" = ", 1)[0] ?? "");
  return [...values]
    .map(([path, of]) => `${path} = ${of.map((line) => line.slice(path.length + 3)).join("; ")}`)
    .sort();
}

/** Looks at everything, and then runs further commands in the same go. */
export function lookAround(stack: string, host: HostShell, further: readonly string[] = []) {
  const looks = Object.entries(looksFor(stack));
  const results = inspect(host, [...looks.map(([, { command }]) => command), ...further]);
  const seen = looks.map(([kind, look], index): [string, Seen] => {
    const result = results[index] ?? { exitCode: 1, stdout: "" };
    const failed = whyNot(result);
    return [kind, failed === null ? linesOf(result.stdout, look) : { failed }];
  });
  return { seen: Object.fromEntries(seen), further: results.slice(looks.length) };
}

const beforeFile = (stack: string) => join(hostStateDir(stack), "before.json");

interface HostState {
  before: Snapshot | null;
  boot: string;
  /** Whether there is a marker of an object: the stack is up, or was not taken down to its end. */
  marked: boolean;
}

export function readState(stack: string, host: HostShell): HostState {
  const dir = hostStateDir(stack);
  const script = `cat /proc/sys/kernel/random/boot_id; [ -z "$(ls ${quote(`${dir}/objects`)} 2>/dev/null)" ] || echo marked; echo; cat ${quote(beforeFile(stack))} 2>/dev/null; true`;
  const text = host.sh(script);
  const [boot = "", marked] = text.split("\n", 2);
  const json = text.slice(text.indexOf("\n\n") + 2);
  return {
    before: json.trim() === "" ? null : snapshotSchema.parse(JSON.parse(json)),
    boot,
    marked: marked === "marked",
  };
}

function assertOwner(stack: string, { before }: HostState, owner: string): void {
  if (before !== null && before.owner !== owner) {
    throw new ConfigError(
      `stack ${stack} is already up on this host, from ${before.owner}: destroy it there, or run \`guestbench recover --stack ${stack}\` here`,
    );
  }
}

/** Whose a stack is: on this machine, of a clone; on another, of a clone on a controller. */
const ownerOf = ({ prefix }: HostShell) => (prefix.length === 0 ? projectDir() : thisClone());

/** A host holds a stack of one name once: refuses the one that another clone brought up. */
export function checkOwner(stack: string, host: HostShell = thisMachine, owner: string = ownerOf(host)): void {
  assertOwner(stack, readState(stack, host), owner);
}

/**
 * Taken before the first `up` of a stack. A stack that is up without a snapshot gets none: the host is not what it was
 * before any more, and its objects would pass for what was found.
 */
export function recordBefore(stack: string, host: HostShell = thisMachine, owner: string = ownerOf(host)): void {
  const state = readState(stack, host);
  assertOwner(stack, state, owner);
  if (state.before !== null || state.marked) return;
  const snapshot: Snapshot = { owner, boot: state.boot, looks: lookAround(stack, host).seen };
  const [file, made] = [quote(beforeFile(stack)), quote(`${beforeFile(stack)}.new`)];
  host.sh(
    `rm -rf ${quote(touchedDir(stack))}; mkdir -p ${quote(dirname(beforeFile(stack)))} && cat >${made} && sync ${made} && mv ${made} ${file}`,
    { input: `${JSON.stringify(snapshot, null, 1)}\n` },
  );
}

/** Forgets what was before, and the stack's directories where they are empty: what is not empty is somebody else's. */
export function forgetBefore(stack: string, host: HostShell): void {
  const dirs = [hostStateDir(stack), runtimeDir(stack)];
  const empty = dirs.flatMap((dir) => [join(dir, "objects"), join(dir, "console"), dir, dirname(dir)]);
  host.sh(
    `rm -rf ${quote(beforeFile(stack))} ${quote(touchedDir(stack))}; for d in ${empty.map(quote).join(" ")}; do rmdir $d 2>/dev/null || true; done`,
  );
}
