/** Networks, images and guests from the stack's outputs; pure. What is private to a user or clone becomes its role. */
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { type Manifest, manifestSchema } from "../images/image.ts";
import type { Handle, NetworkOutput, Outputs } from "../outputs.ts";
import { cacheDir, hostStateDir, projectDir } from "../toolchain/paths.ts";
import type { Environment } from "./schema.ts";
import { type Roles, withRoles } from "./scrub.ts";

/** Folders of this user and clone. */
function localRoles(): Roles {
  return [
    [`${projectDir()}/`, "<project>/"],
    [`${cacheDir()}/`, "<cache>/"],
    [`${homedir()}/`, "<home>/"],
  ];
}

/** Hash of all that an image is made from but the user's keys; null where its recipe is no longer what built it. */
export type RecipeOf = (manifest: Manifest) => string | null;

type Testbed = Pick<Environment, "networks" | "images" | "guests">;

export const nothingUp: Testbed = { networks: null, images: null, guests: null };

export function testbedOf(outputs: Outputs, recipeOf: RecipeOf, local: Roles = localRoles()): Testbed {
  const manifests = Object.entries(outputs.images).map(([name, value]) => [name, manifestSchema.parse(value)] as const);
  const { stack } = outputs;
  const roles: Roles = [
    ...local,
    ...manifests.flatMap(([name, { dir }]) =>
      // here, and the copy on a host that is another machine
      [dir, join(hostStateDir(stack), "images", basename(dir))].map(
        (path) => [`${path}/`, `<image ${name}>/`] as const,
      ),
    ),
    [`${hostStateDir(stack)}/`, "<state>/"],
    [`${outputs.host.runtimeDir}/`, "<runtime>/"],
    [`gb_${stack}_`, "gb_<stack>_"],
    [`stack='${stack}'`, "stack='<stack>'"],
  ];
  const clean = (text: string) => withRoles(text, roles);
  return {
    networks: Object.fromEntries(
      Object.entries(outputs.networks).map(([name, network]) => [
        name,
        cleaned(onHost(network, outputs.host.run), clean) as Record<string, unknown>,
      ]),
    ),
    images: Object.fromEntries(manifests.map(([name, manifest]) => [name, imageOf(manifest, recipeOf)])),
    guests: Object.fromEntries(Object.entries(outputs.guests).map(([name, handle]) => [name, guestOf(handle, clean)])),
  };
}

/** Without the way to the host, which is this clone's own. */
function onHost(network: NetworkOutput, run: readonly string[]): NetworkOutput {
  const { argv } = network.client;
  const behind = run.length > 0 && run.every((word, index) => argv[index] === word);
  return behind ? { ...network, client: { ...network.client, argv: argv.slice(run.length) } } : network;
}

/** Command lines become one text, so that a difference shows them whole. */
function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value))
    return value.every((item) => typeof item === "string")
      ? clean(value.join(" "))
      : value.map((item) => cleaned(item, clean));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner, clean)]));
}

/**
 * Every user's images hold keys of their own, and the times of their build. A file whose bytes hold either is named by
 * the hash of its content without them, so that a lock can be shared; a folder without such a hash is left out.
 */
function imageOf(manifest: Manifest, recipeOf: RecipeOf): NonNullable<Testbed["images"]>[string] {
  const { architecture, kernelRelease, kernelPackageVersion, packages, tools, files, content } = manifest;
  const hashOf = ({ path, sha256 }: Manifest["files"][number]) => {
    if (content[path] !== undefined) return `content ${content[path]}`;
    return sha256 === null ? null : `sha256 ${sha256}`;
  };
  return {
    recipe: recipeOf(manifest),
    architecture,
    kernelRelease,
    kernelPackageVersion,
    // the kernel under which it was built says nothing of what was built
    system: manifest.system.replace(/, kernel .*/, ""),
    files: Object.fromEntries(files.flatMap((file) => (hashOf(file) ? [[file.path, `${hashOf(file)}`]] : []))),
    tools,
    packages,
  };
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;

function guestOf(handle: Handle, clean: (text: string) => string): NonNullable<Testbed["guests"]>[string] {
  const { accelerator, platform, image, network, architecture, vcpus, cpus, memoryMiB, settings, address } = handle;
  const definition = clean(handle.definition ?? "").replace(UUID, "<uuid>");
  return {
    ...{ accelerator, platform, image, network, architecture, vcpus, cpus, memoryMiB, address },
    settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, clean(value)])),
    definition: definition.split("\n").filter((line) => line.trim() !== ""),
  };
}
