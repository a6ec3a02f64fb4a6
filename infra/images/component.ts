/** An image as a Pulumi component: built once per content, described to platforms and guests. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { HostComponent } from "../hosts/host.ts";
import type { HostObject } from "../hosts/objects.ts";
import { quote } from "../hosts/shell.ts";
import { tunnelProgram } from "../hosts/ssh.ts";
import type { Handle } from "../outputs.ts";
import { command, component } from "../providers.ts";
import { hostStateDir, projectDir, sshDir } from "../toolchain/paths.ts";
import { type GivenFieldsOf, givenImageOf, givenRecipe, outline } from "./given/index.ts";
import {
  type Architecture,
  type ImageRecipe,
  imageDir,
  imageKey,
  type Manifest,
  manifestSchema,
  recipeFor,
  withNonFree,
} from "./image.ts";
import { images } from "./index.ts";

/** What platforms may ask of an image; every path is absolute, and known before the image is built. */
export interface ImagePlan {
  name: string;
  key: string;
  /** Folder of the artefacts on this machine. */
  dir: string;
  /** Folder of the artefacts on the host. */
  hostDir: string;
  recipe: ImageRecipe;
  /** What it offers to workloads: fork, exec, shell, tool:hackbench … */
  capabilities: string[];
  /** Directory that the host can chroot into. */
  tree: string | null;
  /** Docker build context. */
  containerContext: string | null;
  kernel: string | null;
  initrd: string | null;
  disk: string | null;
  cmdline: string;
}

/** The plan of an image that a stack's user gives. */
export function planGiven(name: string, fields: GivenFieldsOf): ImagePlan {
  return planImage(givenRecipe(name, fields));
}

/** What can be said of a type of image before any file of it is given; null where there is no such type. */
export function planOutline(type: string): ImagePlan | null {
  const driver = givenImageOf(type);
  return driver && planImage(outline(driver));
}

const FORMS = ["bare-metal", "container", "vm"] as const;
export type Form = (typeof FORMS)[number];

function planImage(recipe: ImageRecipe): ImagePlan {
  const dir = imageDir(recipe);
  return {
    ...pathsIn(dir, recipe),
    name: recipe.name,
    key: imageKey(recipe),
    dir,
    containerContext: recipe.files.containerContext === undefined ? null : join(dir, recipe.files.containerContext),
    recipe,
    capabilities: [
      ...recipe.capabilities.filter((capability) => !FORMS.some((form) => form === capability)),
      ...recipe.tools.map((tool) => `tool:${tool}`),
      ...(recipe.given?.offers ?? []),
    ],
    cmdline: recipe.kernelArguments.join(" "),
  };
}

/** What the host itself opens; a container's context is sent to its daemon. */
function pathsIn(hostDir: string, { files }: ImageRecipe) {
  const path = (file: string | undefined) => (file === undefined ? null : join(hostDir, file));
  return {
    hostDir,
    tree: path(files.tree),
    kernel: path(files.kernel),
    initrd: path(files.initrd),
    disk: path(files.disk),
  };
}

/** The image as a host of that architecture runs it; throws a ConfigError where none can be built for it here. */
export function plannedFor(plan: ImagePlan, architecture: Architecture): ImagePlan {
  const recipe = recipeFor(plan.recipe, architecture);
  return recipe === plan.recipe ? plan : planImage(recipe);
}

/** The image as a host sees it that gets a copy of the artefacts. */
export function copiedTo(stack: string, plan: ImagePlan): ImagePlan {
  return { ...plan, ...pathsIn(join(hostStateDir(stack), "images", basename(plan.dir)), plan.recipe) };
}

/** Pure: the copy on the host, of the artefacts that these ways of running the image open. */
function copyObject(plan: ImagePlan, forms: readonly Form[]): HostObject | null {
  const files = forms.filter((form) => form !== "container").flatMap((form) => plan.recipe.sizeFiles[form] ?? []);
  if (plan.hostDir === plan.dir || files.length === 0) return null;
  const [dir, names] = [quote(plan.hostDir), [...new Set(files)].sort().map(quote).join(" ")];
  return {
    kind: "image",
    name: plan.name,
    exists: `[ -d ${dir} ]`,
    feed: `tar -C ${quote(plan.dir)} -cSf - ${names}`,
    create: `mkdir -p ${dir}.new\ntar -C ${dir}.new -xSf -\nmv ${dir}.new ${dir}`,
    remove: `rm -rf ${dir} ${dir}.new; rmdir ${quote(dirname(plan.hostDir))} 2>/dev/null || true`,
  };
}

const plans = new Map<boolean, Record<string, ImagePlan>>();

/** Every registered image, with its key computed once per process; with non-free packages where a stack allows them. */
export function imagePlans({ allowNonFree = false } = {}): Record<string, ImagePlan> {
  const recipes = Object.values(images).map((recipe) => (allowNonFree ? withNonFree(recipe) : recipe));
  const made = plans.get(allowNonFree) ?? Object.fromEntries(recipes.map((recipe) => [recipe.name, planImage(recipe)]));
  plans.set(allowNonFree, made);
  return made;
}

export interface ImageComponent {
  plan: ImagePlan;
  resource: pulumi.ComponentResource;
  manifest: pulumi.Output<Manifest>;
  /** The artefacts that count as the image's size when run in that form, with apparent bytes from the manifest. */
  files(form: Form): pulumi.Output<Handle["imageFiles"]>;
  /** How a shell in a virtual machine of this image is reached at an address. */
  access(address: string): Handle["access"];
}

/** ssh to a guest: pinned host key, our key only, nothing asked; the command to run is appended. */
function sshAccess(address: string, { stack, shell }: HostComponent): Handle["access"] {
  const options = {
    ...(shell.prefix.length === 0 ? {} : { ProxyCommand: `${tunnelProgram(stack)} %h %p` }),
    UserKnownHostsFile: join(sshDir(), "known_hosts"),
    HostKeyAlias: "guestbench-guest",
    StrictHostKeyChecking: "yes",
    IdentitiesOnly: "yes",
    BatchMode: "yes",
    ConnectTimeout: "5",
    ServerAliveInterval: "15",
    LogLevel: "ERROR",
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return { type: "ssh", argv: ["ssh", "-F", "none", "-i", join(sshDir(), "id_ed25519"), ...flags, `root@${address}`] };
}

/** For build.ts, which finds what the user gave in its environment. */
const argumentsOf = ({ name, recipe: { target, given, parameters } }: ImagePlan) =>
  [
    ...(given ? ["--given"] : []),
    name,
    ...(target ? ["--architecture", target] : []),
    ...(parameters.NON_FREE === 1 ? ["--non-free"] : []),
  ].join(" ");

const generationFile = (plan: ImagePlan) => join(plan.dir, "generation");

/** When the image was last filled in for a stack: a cache that somebody cleaned is filled again by the next `up`. */
function generationOf(plan: ImagePlan): string {
  const file = generationFile(plan);
  return existsSync(file) ? readFileSync(file, "utf8") : `made ${new Date().toISOString()}`;
}

export function createImage(plan: ImagePlan, host: HostComponent, forms: readonly Form[]): ImageComponent {
  return component<ImageComponent>("image", plan.name, { parent: host.resource }, (parent) => {
    const { local } = command();
    const generation = generationOf(plan);
    const built = new local.Command(
      `build-${plan.name}`,
      {
        create: `"$NODE" infra/images/build.ts ${argumentsOf(plan)} && printf %s "$GENERATION" >'${generationFile(plan)}'`,
        dir: projectDir(),
        environment: {
          NODE: process.execPath,
          GENERATION: generation,
          ...(plan.recipe.given ? { GIVEN: JSON.stringify(plan.recipe.given.fields) } : {}),
        },
        triggers: [plan.key, generation],
        addPreviousOutputInEnv: false,
        logging: "none",
      },
      { parent, deleteBeforeReplace: true },
    );
    const copy = copyObject(plan, forms);
    if (copy) host.object(copy, parent, [built], [built]);
    const manifest = built.stdout.apply((text) => manifestSchema.parse(JSON.parse(text)));
    return {
      plan,
      manifest,
      files: (form) =>
        manifest.apply(({ files }) =>
          (plan.recipe.sizeFiles[form] ?? []).map((role) => ({
            path: join(plan.dir, role),
            role,
            bytes: files.find((file) => file.path === role)?.bytes ?? 0,
          })),
        ),
      access: (address) => sshAccess(address, host),
    };
  });
}
