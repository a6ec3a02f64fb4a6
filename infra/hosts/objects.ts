/**
 * Objects that the stack makes on its host (bridge, tap, namespace, huge pages, daemon): each is one command resource
 * with a marker file. The marker says that the object is ours, which generation it is, and how to remove it, and is
 * written before the object, so that a killed `up` leaves nothing that `recover` does not know.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { command } from "../providers.ts";
import { hostStateDir } from "../toolchain/paths.ts";

export interface HostObject {
  /** bridge, tap, namespace, hugepages, mount, daemon */
  kind: string;
  name: string;
  /** Shell test: exit 0 when the object is there. */
  exists: string;
  /** Shell script that makes it; runs with `set -eu`. */
  create: string;
  /** Shell script that removes it; tolerates absence. */
  remove: string;
  /** For daemons: shell script that brings it back without making anything new. */
  restore?: string;
  /** Objects that cannot belong to anybody else, such as a difference added to a pool, skip the check. */
  shared?: boolean;
}

export const markerSchema = z.strictObject({
  kind: z.string(),
  name: z.string(),
  generation: z.string(),
  exists: z.string(),
  remove: z.string(),
  restore: z.string().nullable(),
  order: z.number(),
});
export type Marker = z.infer<typeof markerSchema>;

export function objectsDir(stack: string): string {
  return join(hostStateDir(stack), "objects");
}

const fileName = (kind: string, name: string) => `${kind}--${name.replaceAll("/", "_")}.json`;

/** Every marker of a stack, in the order the objects were made. */
export function readMarkers(stack: string): Marker[] {
  const dir = objectsDir(stack);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith(".json"))
    .map((name) => markerSchema.parse(JSON.parse(readFileSync(join(dir, name), "utf8"))))
    .sort((a, b) => a.order - b.order);
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The create script: refuses somebody else's object, marks, makes. */
export function renderCreate(stack: string, object: HostObject, order: number): string {
  const dir = objectsDir(stack);
  const marker = join(dir, fileName(object.kind, object.name));
  const content: Omit<Marker, "generation"> & { generation: string } = {
    kind: object.kind,
    name: object.name,
    generation: "@GENERATION@",
    exists: object.exists,
    remove: object.remove,
    restore: object.restore ?? null,
    order,
  };
  const refuse = `echo "${object.kind} ${object.name} is already there and is not this stack's: rename it in the stack, or remove it yourself" >&2; exit 3`;
  return [
    "set -eu",
    `marker=${quote(marker)}`,
    ...(object.shared ? [] : [`if [ ! -e "$marker" ] && (${object.exists}) >/dev/null 2>&1; then ${refuse}; fi`]),
    `if [ -e "$marker" ]; then\n(${object.remove}\n) >/dev/null 2>&1 || true\nfi`,
    `mkdir -p ${quote(dir)}`,
    `printf %s ${quote(JSON.stringify(content))} | sed "s/@GENERATION@/$GENERATION/" >"$marker.new"`,
    `sync "$marker.new"; mv "$marker.new" "$marker"`,
    object.create,
  ].join("\n");
}

export function renderRemove(stack: string, object: HostObject): string {
  const marker = join(objectsDir(stack), fileName(object.kind, object.name));
  return ["set -eu", `(\n${object.remove}\n)`, `rm -f ${quote(marker)}`].join("\n");
}

/** The command resource of an object. */
export type HostResource = pulumi.CustomResource & { stdout: pulumi.Output<string> };

let order = 0;

/**
 * Declares the object. `generation` comes from the host's probe: what the marker says while the object is there, and a
 * new one when it is not, so that an object removed by hand is put back by the next `up`.
 */
export function hostObject(
  stack: string,
  object: HostObject,
  generation: string,
  options: pulumi.CustomResourceOptions,
  follows: pulumi.Input<string>[] = [],
): HostResource {
  order += 1;
  const { local } = command();
  return new local.Command(
    `${object.kind}-${object.name}`,
    {
      create: renderCreate(stack, object, order),
      delete: renderRemove(stack, object),
      environment: { GENERATION: generation },
      triggers: [generation, ...follows],
      addPreviousOutputInEnv: false,
      interpreter: ["/bin/sh", "-c"],
    },
    { ...options, deleteBeforeReplace: true },
  );
}
