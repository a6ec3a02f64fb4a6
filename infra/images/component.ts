/** An image as a Pulumi component: built once per content, described to platforms and guests. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { HostComponent } from "../hosts/host.ts";
import type { Handle } from "../outputs.ts";
import { command, component } from "../providers.ts";
import { projectDir, sshDir } from "../toolchain/paths.ts";
import { type ImageRecipe, imageDir, imageKey, type Manifest, manifestSchema } from "./image.ts";
import { images } from "./index.ts";

/** What platforms may ask of an image; every path is absolute, and known before the image is built. */
export interface ImagePlan {
  name: string;
  key: string;
  dir: string;
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

const FORMS = ["bare-metal", "container", "vm"];

function planImage(recipe: ImageRecipe): ImagePlan {
  const key = imageKey(recipe);
  const dir = imageDir(recipe);
  const path = (file: string | undefined) => (file === undefined ? null : join(dir, file));
  const { kernel, initrd, disk, containerContext, tree } = recipe.files;
  return {
    name: recipe.name,
    key,
    dir,
    recipe,
    capabilities: [
      ...recipe.capabilities.filter((capability) => !FORMS.includes(capability)),
      ...recipe.tools.map((tool) => `tool:${tool}`),
    ],
    tree: path(tree),
    containerContext: path(containerContext),
    kernel: path(kernel),
    initrd: path(initrd),
    disk: path(disk),
    cmdline: recipe.kernelArguments.join(" "),
  };
}

let plans: Record<string, ImagePlan> | null = null;

/** Every registered image, with its key computed once per process. */
export function imagePlans(): Record<string, ImagePlan> {
  plans ??= Object.fromEntries(Object.values(images).map((recipe) => [recipe.name, planImage(recipe)]));
  return plans;
}

export interface ImageComponent {
  plan: ImagePlan;
  resource: pulumi.ComponentResource;
  manifest: pulumi.Output<Manifest>;
  /** The artefacts that count as the image's size when run in that form, with apparent bytes from the manifest. */
  files(form: "vm" | "container" | "bare-metal"): pulumi.Output<Handle["imageFiles"]>;
  /** How a shell in a virtual machine of this image is reached at an address. */
  access(address: string): Handle["access"];
}

/** ssh to a guest: pinned host key, our key only, nothing asked; the command to run is appended. */
function sshAccess(address: string): Handle["access"] {
  const options = {
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

const generationFile = (plan: ImagePlan) => join(plan.dir, "generation");

/** When the image was last filled in for a stack: a cache that somebody cleaned is filled again by the next `up`. */
function generationOf(plan: ImagePlan): string {
  const file = generationFile(plan);
  return existsSync(file) ? readFileSync(file, "utf8") : `made ${new Date().toISOString()}`;
}

export function createImage(plan: ImagePlan, host: HostComponent): ImageComponent {
  return component<ImageComponent>("image", plan.name, { parent: host.resource }, (parent) => {
    const { local } = command();
    const generation = generationOf(plan);
    const built = new local.Command(
      `build-${plan.name}`,
      {
        create: `"$NODE" infra/images/build.ts ${plan.name} && printf %s "$GENERATION" >'${generationFile(plan)}'`,
        dir: projectDir(),
        environment: { NODE: process.execPath, GENERATION: generation },
        triggers: [plan.key, generation],
        addPreviousOutputInEnv: false,
        logging: "none",
      },
      { parent, deleteBeforeReplace: true },
    );
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
      access: sshAccess,
    };
  });
}
