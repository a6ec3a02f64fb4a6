/**
 * Objects that the stack makes on its host (bridge, tap, namespace, huge pages, daemon): each is one command resource
 * with a marker file. The marker says that the object is ours, which generation it is, and how to remove it, and is
 * written before the object, so that a killed `up` leaves nothing that `recover` does not know.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { command } from "../providers.ts";
import { hostStateDir } from "../toolchain/paths.ts";
import { type HostShell, quote, scriptArgv, thisMachine } from "./shell.ts";

const valuesSchema = z.strictObject({
  record: z.string().describe("file in which the object keeps what it found"),
  print: z
    .string()
    .describe(
      "shell script that reads a record and prints for each value path, value found and value now, apart by tabs; the path alone where putting back is not that very value",
    ),
});

export interface HostObject {
  /** bridge, tap, namespace, hugepages, mount, daemon */
  kind: string;
  name: string;
  /** Shell test: exit 0 when the object is there. */
  exists: string;
  /** Shell test: exit 0 when something of that name is there, whatever its state; default: `exists`. */
  taken?: string;
  /** What is said when something of that name is there and is not ours; default: how to get out of it. */
  refusal?: string;
  /** Shell script that makes it; runs with `set -eu`. */
  create: string;
  /** Shell script that removes it; tolerates absence. */
  remove: string;
  /** What the create script printed is given to the remove script as PULUMI_COMMAND_STDOUT. */
  recall?: boolean;
  /** A command of this machine, whose output the create script reads on stdin. */
  feed?: string;
  /** For daemons: shell script that brings it back without making anything new. */
  restore?: string;
  /** Objects that cannot belong to anybody else, such as a difference added to a pool, skip the check. */
  shared?: boolean;
  /** For objects that change values of the host: how these are found again once the object is gone. */
  values?: z.input<typeof valuesSchema>;
}

const markerSchema = z.strictObject({
  kind: z.string(),
  name: z.string(),
  generation: z.string(),
  exists: z.string(),
  remove: z.string(),
  restore: z.string().nullable(),
  values: valuesSchema.nullable().default(null),
  complete: z.boolean().describe("false while it is being made, and for good if that failed"),
});
export type Marker = z.infer<typeof markerSchema>;

function objectsDir(stack: string): string {
  return join(hostStateDir(stack), "objects");
}

/** Where the marker of an object is, or would be. */
export function markerFile(stack: string, kind: string, name: string): string {
  return join(objectsDir(stack), `${kind}--${name.replaceAll("/", "_")}.json`);
}

/** Where the markers go of objects that are removed: what the attestation looks for. */
export function touchedDir(stack: string): string {
  return join(hostStateDir(stack), "touched");
}

/** The daemons that the machine brought itself: used, and neither made nor removed. */
export function isTheirs({ kind, restore }: Pick<Marker, "kind" | "restore">): boolean {
  return kind === "daemon" && restore === null;
}

export function parseMarkers(lines: readonly string[]): Marker[] {
  return lines.filter(Boolean).map((line) => markerSchema.parse(JSON.parse(line)));
}

/** Every marker of a stack, in the order the objects were made. */
export function readMarkers(stack: string, host: HostShell = thisMachine): Marker[] {
  const script = `cd ${quote(objectsDir(stack))} 2>/dev/null || exit 0; ls -tr | while read -r f; do case $f in *.json) cat "$f"; echo;; esac; done`;
  return parseMarkers(host.sh(script).split("\n"));
}

/** What a removal needs to know: an object of the stack, or a marker that speaks for one. */
type Removable = Pick<HostObject, "kind" | "name" | "exists" | "remove"> & {
  restore?: string | null;
  values?: Marker["values"] | undefined;
};

function markerOf(object: Removable, generation: string): Marker {
  const { kind, name, exists, remove, restore = null, values = null } = object;
  return { kind, name, generation, exists, remove, restore, values, complete: false };
}

/** The create script: refuses somebody else's object, marks, makes. */
export function renderCreate(stack: string, object: HostObject): string {
  const dir = objectsDir(stack);
  const marker = markerFile(stack, object.kind, object.name);
  const content = markerOf(object, "@GENERATION@");
  const refusal =
    object.refusal ??
    `${object.kind} ${object.name} is already there and is not this stack's: rename it in the stack, or remove it yourself`;
  const refuse = `echo "${refusal}" >&2; exit 3`;
  return [
    "set -eu",
    `marker=${quote(marker)}`,
    ...(object.shared
      ? []
      : [`if [ ! -e "$marker" ] && (${object.taken ?? object.exists}) >/dev/null 2>&1; then ${refuse}; fi`]),
    `if [ -e "$marker" ]; then\n(${object.remove}\n) >/dev/null 2>&1 || true\nfi`,
    `mkdir -p ${quote(dir)}`,
    `printf %s ${quote(JSON.stringify(content))} | sed "s/@GENERATION@/$GENERATION/" >"$marker.new"`,
    `sync "$marker.new"; mv "$marker.new" "$marker"`,
    object.create,
    `sed -i 's/"complete":false}$/"complete":true}/' "$marker"`,
  ].join("\n");
}

/** Where the record of a touched object is kept, beside its marker. */
export const recordOf = (touched: string) => touched.replace(/json$/, "record");

/** The record, or where that is gone what the engine remembers of it. */
const keepRecord = (record: string, kept: string) =>
  `cp ${quote(record)} ${kept} || [ -z "\${PULUMI_COMMAND_STDOUT:-}" ] || printf '%s\\n' "$PULUMI_COMMAND_STDOUT" >${kept}`;

/** Where the marker of a touched object is, or would be. */
export function touchedFile(stack: string, kind: string, name: string): string {
  return join(touchedDir(stack), basename(markerFile(stack, kind, name)));
}

/** The remove script: notes that the object was there, removes it, forgets its marker. */
export function renderRemove(stack: string, object: Removable): string {
  const marker = markerFile(stack, object.kind, object.name);
  const touched = touchedFile(stack, object.kind, object.name);
  // a state directory that somebody removed is no reason to forget the object, a full disk none to keep it
  const content = quote(JSON.stringify(markerOf(object, "unknown")));
  const made = quote(`${touched}.new`);
  const note = [
    `mkdir -p ${quote(touchedDir(stack))}`,
    `{ cp ${quote(marker)} ${made} || printf %s ${content} >${made}; } && mv ${made} ${quote(touched)}`,
    ...(object.values ? [keepRecord(object.values.record, quote(recordOf(touched)))] : []),
  ];
  return [
    "set -eu",
    `{\n${note.join("\n")}\n} 2>/dev/null || true`,
    `(\n${object.remove}\n)`,
    `rm -f ${quote(marker)}`,
  ].join("\n");
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** A script as this machine's shell runs it, to take effect on the host. */
export function onHost({ prefix }: Pick<HostShell, "prefix">, script: string, feed?: string): string {
  const command = scriptArgv(prefix, script).map(quote).join(" ");
  if (feed !== undefined) return `${feed} | ${command}`;
  return prefix.length === 0 ? script : `exec ${command}`;
}

/** The command resource of an object. */
export type HostResource = pulumi.CustomResource & { stdout: pulumi.Output<string> };

/**
 * Declares the object. `generation` comes from the host's probe: what the marker says while the object is there, and a
 * new one when it is not, so that an object removed by hand is put back by the next `up`.
 */
export function hostObject(
  { stack, shell }: { stack: string; shell: HostShell },
  object: HostObject,
  generation: string,
  options: pulumi.CustomResourceOptions,
  follows: pulumi.Resource[] = [],
): HostResource {
  const create = onHost(shell, renderCreate(stack, object), object.feed);
  const { local } = command();
  return new local.Command(
    `${object.kind}-${object.name}`,
    {
      create,
      delete: onHost(shell, renderRemove(stack, object)),
      environment: { GENERATION: generation },
      // made anew when it was lost, when the way to make it changes, or with what it hangs on
      triggers: object.restore
        ? [generation]
        : [generation, digest(create), ...follows.map((resource) => (resource as HostResource).id)],
      addPreviousOutputInEnv: object.recall ?? false,
      interpreter: ["/bin/sh", "-c"],
    },
    {
      ...options,
      deleteBeforeReplace: true,
      // restarting a daemon would cut the engine off from what hangs on it: how it was started stays until it is destroyed
      ...(object.restore ? { ignoreChanges: ["create", "delete"] } : {}),
    },
  );
}
