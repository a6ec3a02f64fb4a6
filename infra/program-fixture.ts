/** For tests: the Pulumi program run against mocks, and what it registered. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestSchema } from "./images/image.ts";
import type { Outputs } from "./outputs.ts";
import { pulumi } from "./providers.ts";

/** A registration as the engine would see it. */
interface Registered {
  urn: string;
  type: string;
  name: string;
  parent: string;
  provider: string;
  inputs: Record<string, unknown>;
  deleteBeforeReplace: boolean;
  deletedWith: string;
  dependencies: string[];
  ignoreChanges: string[];
}

export interface ProgramRun {
  resources: Registered[];
  named(name: string): Registered;
  ofType(type: string): Registered[];
  outputs(): Promise<Outputs>;
}

const manifestOf = (name: string) =>
  manifestSchema.parse({
    name,
    key: "0123456789abcdef",
    architecture: "amd64",
    dir: `/cache/${name}`,
    files: ["vmlinuz", "initrd.img", "initramfs.img", "disk.raw", "docker/rootfs.tar"].map((path, index) => ({
      path,
      bytes: 1000 + index,
      allocatedBytes: 1000,
      sha256: "a".repeat(64),
    })),
    sizeBytes: { vm: 1000 },
    kernelRelease: "6.1.0",
    kernelPackageVersion: "6.1.1",
    packages: {},
    tools: {},
    system: "Debian",
    builtAt: "2026-01-01T00:00:00.000Z",
    buildSeconds: 1,
  });

/** What a provider would add to a resource's inputs; never throws, as a throwing mock hangs the program. */
function created(type: string, name: string): Record<string, unknown> {
  if (type === "command:local:Command") {
    const image = /^build-(.+)$/.exec(name)?.[1];
    return { stdout: image ? JSON.stringify(manifestOf(image)) : "", stderr: "" };
  }
  if (type === "docker:index/remoteImage:RemoteImage") return { imageId: "sha256:made" };
  return {};
}

const urnOf = (stack: string, parent: string, type: string, name: string) =>
  `urn:pulumi:${stack}::guestbench::${parent === "" ? "" : `${parent.split("::")[2]}$`}${type}::${name}`;

/** Sets the mocks; to be called before the program, or any resource of it, is imported. */
export async function startMocks(stack: string): Promise<ProgramRun> {
  const { runtime } = pulumi();
  const resources: Registered[] = [];
  const mocks: Parameters<typeof runtime.setMocks>[0] = {
    call: () => ({}),
    newResource: ({ type, name, inputs }) => ({ id: `${name}-id`, state: { ...inputs, ...created(type, name) } }),
  };
  // a preview: the host is looked at, and nothing is written to it
  await runtime.setMocks(mocks, "guestbench", stack, true);
  const monitor = runtime.getMonitor() as unknown as {
    registerResource(req: Request, callback: unknown): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (req, callback) => {
    const [type, name, parent] = [req.getType(), req.getName(), req.getParent()];
    resources.push({
      urn: urnOf(stack, parent, type, name),
      type,
      name,
      parent,
      provider: req.getProvider(),
      inputs: req.getObject()?.toJavaScript() ?? {},
      deleteBeforeReplace: req.getDeletebeforereplace(),
      deletedWith: req.getDeletedwith(),
      dependencies: req.getDependenciesList(),
      ignoreChanges: req.getIgnorechangesList(),
    });
    return register(req, callback);
  };
  return {
    resources,
    named: (name) => {
      const [found, ...others] = resources.filter((resource) => resource.name === name);
      if (!found || others.length > 0)
        throw new Error(`${found ? "several resources are" : "no resource is"} called ${name}`);
      return found;
    },
    ofType: (type) => resources.filter((resource) => resource.type === type),
    outputs: async () => {
      const exported = { ...(await import("./index.ts")) };
      // an output's own promise rejects where a callback throws; awaiting one made of `apply` would hang
      const known = pulumi().output(exported) as unknown as { promise(): Promise<Outputs> };
      const document = await known.promise();
      // registrations of what nothing waits for end here
      await (runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
      return document;
    },
  };
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDeletebeforereplace(): boolean;
  getDeletedwith(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
}

/** Writes a stack file that the program will find. */
export function writeStack(dir: string, name: string, source: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${name}.ts`), source);
}
