/**
 * Whether a host is back as it was. Three kinds of evidence, each with the command and what it printed: every object that
 * the stack touched is looked for, every value that it changed is read again, and the host is compared with the snapshot
 * from before `up`, which also catches what nobody thought of.
 */
import { dirname, join } from "node:path";
import { hostStateDir } from "../toolchain/paths.ts";
import { hung, type Inspected, inspect } from "./inspect.ts";
import { judge, type Known, type TeardownCheck } from "./judge.ts";
import { looksFor } from "./looks/index.ts";
import { writeBack } from "./looks/look.ts";
import { isTheirs, type Marker, parseMarkers, recordOf, touchedDir, touchedFile } from "./objects.ts";
import { type HostShell, quote, thisMachine } from "./shell.ts";
import { forgetBefore, lookAround, readState, type Snapshot } from "./snapshot.ts";

export interface TouchedObject {
  /** The object's kind; `value`: a value of the host that one of them changed. */
  kind: string;
  name: string;
  command: string;
  /** What the command printed, and how it ended where that says it. */
  printed: string;
  /** The object is gone, or the value is what was found. */
  gone: boolean;
  /** Whose it is, where it is there and is not this stack's. */
  theirs: string | null;
  /** What takes it away or puts it back; null where there is nothing to do. */
  remedy: string | null;
}

export interface HostAttestation {
  /** There was a snapshot to compare with, or nothing that could have changed the host. */
  compared: boolean;
  checks: TeardownCheck[];
  touched: TouchedObject[];
  /** What could not be judged, and why. */
  notes: string[];
}

/** Of the objects' names those that tell whose a thing is, as `gbr0` and a path do and `docker` does not. */
const telling = (name: string) => /^(gb|\/)/.test(name);

const catAll = (dir: string) =>
  `cd ${quote(dir)} 2>/dev/null || exit 0; for f in *.json; do [ ! -e "$f" ] || { cat "$f"; echo; }; done`;

/** Prints the name of every other stack, and the markers of its objects behind a space. */
const otherStacks = (stack: string) => `cd ${quote(dirname(hostStateDir(stack)))} 2>/dev/null || exit 0
for d in */; do
  d=\${d%/}
  [ "$d" != ${quote(stack)} ] && [ "$d" != '*' ] || continue
  echo "$d"
  for f in "$d"/objects/*.json; do [ ! -e "$f" ] || { printf '%s ' "$d"; cat "$f"; echo; }; done
done`;

/** Pure: stack → names of its things, from what was printed before and after a look: what came or went counts as well. */
function parseOthers(...texts: readonly string[]): Record<string, string[]> {
  const lines = texts.flatMap((text) => text.split("\n").filter(Boolean));
  const byStack = Map.groupBy(lines, (line) => line.split(" ", 1)[0] ?? "");
  return Object.fromEntries(
    [...byStack].map(([stack, of]) => [stack, of.map((line) => nameIn(line.slice(stack.length))).filter(telling)]),
  );
}

/** The name in another stack's marker, whatever version of the tool wrote it; empty where there is none. */
function nameIn(marker: string): string {
  try {
    return String(JSON.parse(marker).name);
  } catch {
    return "";
  }
}

interface ChangedValue {
  /** The object that changed it. */
  by: string;
  path: string;
  /** null: not one value to put back, but a difference. */
  found: string | null;
  now: string;
}

function parseValues(by: string, text: string): ChangedValue[] {
  return text.split("\n").flatMap((line) => {
    const [path = "", found, now = ""] = line.split("\t");
    return path === "" ? [] : [{ by, path, found: found ?? null, now: now.trim() }];
  });
}

/** Prints what has become of the values that an object changed, by the record that was kept of it, or that it still has. */
function printValues(stack: string, { kind, name, values }: Marker): string {
  const kept = quote(recordOf(touchedFile(stack, kind, name)));
  return `record=${kept}; [ -e "$record" ] || record=${quote(values?.record ?? "")}\n( ${values?.print}\n) <"$record"`;
}

/** The evidence of one object, whose `exists` was run. */
function objectEvidence(marker: Marker, result: Inspected, others: Known["others"]): TouchedObject {
  const { kind, name, exists, remove } = marker;
  const { exitCode, stdout } = result;
  const gone = exitCode !== 0 && !hung(result);
  const other = Object.entries(others).find(([, things]) => things.includes(name));
  const theirs = gone ? null : isTheirs(marker) ? "the machine's own" : other ? `the stack ${other[0]}'s` : null;
  const printed = [stdout.trim().slice(0, 1000), exitCode === 0 ? "" : `exit code ${exitCode}`];
  return {
    kind,
    name,
    command: exists,
    printed: printed.filter(Boolean).join("\n"),
    gone,
    theirs,
    remedy: gone || theirs !== null ? null : remove,
  };
}

/** Values that move by themselves once they are put back: that they were is said by the object's removal. */
const MOVES = /^\/proc\/irq\/\d+\//;

/** The evidence of one value that was to be put back; a pool that other stacks add to is judged by the look at it. */
function valueEvidence({ by, path, found, now }: ChangedValue): TouchedObject[] {
  if (found === null || path.startsWith("/sys/kernel/mm/hugepages/")) return [];
  const gone = now === found.trim();
  const theirs = !gone && MOVES.test(path) ? "the kernel's to move" : null;
  const command = `get ${path}   # as ${by} reads it`;
  const remedy = gone || theirs !== null ? null : putBack(path, found);
  return [{ kind: "value", name: path, command, printed: now, gone, theirs, remedy }];
}

function putBack(path: string, found: string): string {
  if (!path.startsWith("/")) return `# ${path} was ${found}`;
  return found === "absent" ? `rmdir ${path}` : writeBack(path, found);
}

/** Evidence of one or more hosts as a campaign keeps it. */
export interface TeardownReport extends HostAttestation {
  schemaVersion: 1;
  stack: string;
  at: string;
  /** Nothing is left over, and nothing was kept from being seen. */
  clean: boolean;
}

export function teardownReport(stack: string, hosts: readonly HostAttestation[], at: Date): TeardownReport {
  const all = {
    compared: hosts.every(({ compared }) => compared),
    checks: hosts.flatMap(({ checks }) => checks),
    touched: hosts.flatMap(({ touched }) => touched),
    notes: hosts.flatMap(({ notes }) => notes),
  };
  return { schemaVersion: 1, stack, at: at.toISOString(), clean: all.compared && nothingLeft(all), ...all };
}

/** Looks at the host and judges; forgets what was before where nothing is left over. `of` goes behind every kind. */
export function attestHost(stack: string, host: HostShell = thisMachine, of = ""): HostAttestation {
  const state = readState(stack, host);
  const [touchedText, leftText, othersBefore] = inspect(host, [
    catAll(touchedDir(stack)),
    catAll(join(hostStateDir(stack), "objects")),
    otherStacks(stack),
  ]).map(({ stdout }) => stdout);
  const markers = parseMarkers(`${touchedText}\n${leftText}`.split("\n"));
  const objects = [...new Map(markers.map((marker) => [`${marker.kind} ${marker.name}`, marker])).values()];
  const changing = objects.filter(({ values }) => values !== null);

  const { seen, further } = lookAround(stack, host, [
    ...objects.map(({ exists }) => `exec 2>&1\n${exists}`),
    ...changing.map((marker) => printValues(stack, marker)),
    otherStacks(stack),
  ]);
  const printed = further.slice(objects.length, -1);
  const values = changing.flatMap(({ kind, name }, n) => parseValues(`${kind} ${name}`, printed[n]?.stdout ?? ""));
  const others = parseOthers(othersBefore ?? "", further.at(-1)?.stdout ?? "");
  const touched = [
    ...objects.map((marker, n) => objectEvidence(marker, further[n] ?? { exitCode: 1, stdout: "" }, others)),
    ...values.flatMap(valueEvidence),
  ];
  const known = {
    stack,
    names: objects.map(({ name }) => name).filter(telling),
    values: new Set(values.map(({ path }) => path)),
    others,
  };
  const attestation: HostAttestation = {
    compared: state.before !== null || touched.length === 0,
    checks: Object.entries(looksFor(stack)).map(([kind, look]) =>
      judge(`${kind}${of}`, look, state.before?.looks[kind], seen[kind] ?? { failed: "was not run" }, known),
    ),
    touched: touched.map((object) => ({ ...object, kind: `${object.kind}${of}` })),
    notes: notesOn(stack, state, touched),
  };
  if (nothingLeft(attestation)) forgetBefore(stack, host);
  return attestation;
}

function notesOn(stack: string, { before, boot }: { before: Snapshot | null; boot: string }, touched: TouchedObject[]) {
  if (before === null)
    return touched.length === 0
      ? []
      : [
          `${hostStateDir(stack)}/before.json is missing, the snapshot of the host from before \`up\`: what the stack touched was looked for, and whatever carries its name; the rest of the host could not be compared`,
        ];
  const unseen = Object.keys(looksFor(stack)).flatMap((kind) => {
    const seen = before.looks[kind];
    if (Array.isArray(seen)) return [];
    return [
      `${kind}: could not be compared, since before \`up\` nobody looked (${seen?.failed ?? "an older version"})`,
    ];
  });
  const restarted = before.boot !== undefined && before.boot !== boot;
  return [...unseen, ...(restarted ? ["the host was restarted since the stack was brought up"] : [])];
}

/** Whether nothing of the stack is left, as far as it could be judged. */
export function nothingLeft({ checks, touched }: Pick<HostAttestation, "checks" | "touched">): boolean {
  return (
    checks.every(({ leftovers }) => leftovers.length === 0) &&
    touched.every(({ gone, theirs }) => gone || theirs !== null)
  );
}
