/**
 * The set-up: from a fresh clone to a working toolchain, as a list of steps that a command line can show, ask about
 * and run. Every step is idempotent, runs under the cache's lock, and leaves nothing half done when it is interrupted.
 */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { sweep } from "./cache.ts";
import { installPackages, missingPackages, type PackageGroup } from "./debian.ts";
import { findInPluginCache, findOnPath } from "./find.ts";
import { deleteGoCaches, findGo, hasGoCaches } from "./go.ts";
import { canAskRegistry, compileSdk, isSdkCompiled, libvirtPlaces } from "./libvirt.ts";
import { withLock } from "./lock.ts";
import { cached, canDownload, obtain, placesOf } from "./obtain.ts";
import { cli, libvirtProvider, type Part, parts } from "./parts.ts";
import { cacheDir } from "./paths.ts";
import type { Report } from "./progress.ts";
import { isProjectReady, prepareProject } from "./project.ts";
import { binDir, installLanguageHost, isLinked, languageHostProgram, linkPlugin } from "./pulumi-home.ts";
import { oldestGo } from "./versions.ts";

export { pulumiEnv, resolvedToolchain, shellExports } from "./env.ts";
export { toolchainStatus } from "./status.ts";

export interface Step {
  id: string;
  title: string;
  /** What the user gets from it, for the plan that is shown before anything is installed. */
  why: string;
  /** On this machine, with empty caches. */
  estimateMs: number;
  run(report: Report): Promise<void>;
}

export interface SetupOptions {
  /** Groups of Debian packages; `npm test` adds "test". */
  groups?: readonly PackageGroup[];
}

/** The steps that are still needed, in order; empty when everything is there. */
export async function planSetup({ groups = ["base"] }: SetupOptions = {}): Promise<Step[]> {
  const steps: Step[] = [];
  const missing = missingPackages(groups);
  if (missing.length > 0) {
    steps.push({
      id: "debian-packages",
      title: `${missing.length} Debian packages: ${missing.map(({ name }) => name).join(" ")}`,
      why: "daemons, emulator and tools of the testbed",
      estimateMs: 10_000 + 3_000 * missing.length,
      run: (report) => installPackages(groups, report),
    });
  }
  const builds: Part[] = [];
  for (const part of parts) {
    const obtained = await cached(part);
    if (obtained && (part === cli || isLinked(part, obtained))) continue;
    const local = obtained?.program ?? (await findOnPath(part)) ?? (await findInPluginCache(part));
    const download = local ? true : await (part === libvirtProvider ? canAskRegistry() : canDownload(part));
    if (!download) builds.push(part);
    steps.push({
      id: part.id,
      title: `${part.title} ${part.version}`,
      why: part.why,
      estimateMs: local ? 500 : download ? 15_000 : (part.go.estimateMs * 2) / Math.min(cpus().length, 8),
      run: (report) => installPart(part, report),
    });
  }
  if (builds.length > 0 && !(await findGo())) throw new ConfigError(goMissing(builds));
  const bin = await binDir();
  if (!bin || !existsSync(join(bin, languageHostProgram))) {
    steps.push({
      id: "language-host",
      title: "Pulumi's Node language host",
      why: "runs infra/index.ts",
      estimateMs: 500,
      run: installLanguageHost,
    });
  }
  if (!(await isSdkCompiled())) {
    const [title, why] = ["SDK of the libvirt provider", "compiled from sdks/libvirt for Node"];
    steps.push({ id: "libvirt-sdk", title, why, estimateMs: 3_000, run: compileSdk });
  }
  if (!bin || !(await isProjectReady())) {
    const [title, why] = ["This clone", "commands for npx, passphrase of the secrets, the stack `local`"];
    steps.push({ id: "project", title, why, estimateMs: 1_500, run: () => prepareProject() });
  }
  if (builds.length > 0 || hasGoCaches()) {
    const [title, why] = ["Go caches", "several GB that only the build needed: deleted"];
    steps.push({ id: "go-caches", title, why, estimateMs: 10_000, run: deleteGoCaches });
  }
  return steps.map((step) => ({ ...step, run: (report) => locked(step, report) }));
}

async function locked(step: Step, report: Report): Promise<void> {
  const lock = join(cacheDir(), "setup.lock");
  await withLock(
    lock,
    step.title,
    (message) => report({ message }),
    async () => {
      await sweep();
      await step.run(report);
    },
  );
}

async function installPart(part: Part, report: Report): Promise<void> {
  const beside = part === cli ? [languageHostProgram] : [];
  const places = part === libvirtProvider ? libvirtPlaces() : placesOf(part, beside);
  const obtained = await obtain(part, places, report);
  if (part !== cli) await linkPlugin(part, obtained);
}

function goMissing(builds: readonly Part[]): string {
  const names = builds.map(({ title, version }) => `${title} ${version}`).join(", ");
  return (
    `${names}: neither on this machine nor reachable as official releases, and there is no Go ${oldestGo} or newer to ` +
    "build them. Install Go (https://go.dev/dl), or give this machine access to github.com and get.pulumi.com"
  );
}
