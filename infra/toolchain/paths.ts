/**
 * Where things live: the per-user cache (shared between clones, keyed by content), the project's own
 * git-ignored folder, and the host's run-time folders. Every path of the tool comes from here.
 */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ConfigError } from "../errors.ts";

type Env = Record<string, string | undefined>;

/** Root of the clone: the folder of package.json and Pulumi.yaml. */
export function projectDir(): string {
  return resolve(import.meta.dirname, "..", "..");
}

/** `$GUESTBENCH_CACHE`, else `${XDG_CACHE_HOME:-~/.cache}/guestbench`. */
export function cacheDir(env: Env = process.env): string {
  const parent = env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache");
  const dir = env.GUESTBENCH_CACHE ? resolve(env.GUESTBENCH_CACHE) : join(parent, "guestbench");
  // the kernel's build, ssh's options and shell scripts all have to take this path
  if (/[\s'":,]/.test(dir)) {
    throw new ConfigError(
      `the cache folder "${dir}" holds a space, quote, colon or comma: set GUESTBENCH_CACHE to another`,
    );
  }
  return dir;
}

/** One folder per part of the toolchain: `<part>-<version>-<key>`. */
export function toolchainDir(env: Env = process.env): string {
  return join(cacheDir(env), "toolchain");
}

/** PULUMI_HOME of this tool: plugins, workspaces and credentials apart from the user's own. */
export function pulumiHomeDir(env: Env = process.env): string {
  return join(cacheDir(env), "pulumi-home");
}

/** One folder per built image: `<name>-<key>`. */
export function imagesCacheDir(env: Env = process.env): string {
  return join(cacheDir(env), "images");
}

/** Debian packages that image builds downloaded, kept for the next build. */
export function packagesDir(env: Env = process.env): string {
  return join(cacheDir(env), "packages");
}

/** Files that the user gave: each is named by its SHA-256. */
export function artefactsCacheDir(env: Env = process.env): string {
  return join(cacheDir(env), "artefacts");
}

/** `id_ed25519`, `ssh_host_ed25519_key` and `known_hosts` of the guests. */
export function sshDir(env: Env = process.env): string {
  return join(cacheDir(env), "ssh");
}

/** Work in progress; what a dead process left here is swept by the next set-up. */
export function tempDir(env: Env = process.env): string {
  return join(cacheDir(env), "tmp");
}

/** Project-local, git-ignored: Pulumi's state, the passphrase, time estimates. */
export function localDir(project: string = projectDir()): string {
  return join(project, ".guestbench");
}

/** Pulumi's file back end, one checkpoint per stack. */
export function stateDir(project: string = projectDir()): string {
  return join(localDir(project), "state");
}

/** The generated passphrase of Pulumi's secrets provider, mode 0600. */
export function passphraseFile(project: string = projectDir()): string {
  return join(localDir(project), "passphrase");
}

/** One folder per campaign. */
export function resultsDir(project: string = projectDir()): string {
  return join(project, "results");
}

/** Markers, sockets, pids and console logs of a stack; gone after a reboot. */
export function runtimeDir(stack: string): string {
  return join("/run/guestbench", stack);
}

/** Host state that must outlive a reboot, such as the recorded value of every changed setting. */
export function hostStateDir(stack: string): string {
  return join("/var/lib/guestbench", stack);
}
