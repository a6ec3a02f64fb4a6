/**
 * The key pair that opens every guest and the host key by which every guest is known, made once per user and baked
 * into the images. ssh finds the guests in `known_hosts` under one alias, whatever their address.
 */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { InfraError } from "../errors.ts";
import { sshDir } from "../toolchain/paths.ts";

/** For ssh's `HostKeyAlias`. */
export const GUEST_HOST_ALIAS = "guestbench-guest";

export interface SshKeys {
  /** Private key of root on every guest. */
  readonly identityFile: string;
  readonly identityPublicFile: string;
  /** Private host key of every guest. */
  readonly hostKeyFile: string;
  readonly hostKeyPublicFile: string;
  readonly knownHostsFile: string;
}

function keysIn(dir: string): SshKeys {
  const identityFile = join(dir, "id_ed25519");
  const hostKeyFile = join(dir, "ssh_host_ed25519_key");
  return {
    identityFile,
    identityPublicFile: `${identityFile}.pub`,
    hostKeyFile,
    hostKeyPublicFile: `${hostKeyFile}.pub`,
    knownHostsFile: join(dir, "known_hosts"),
  };
}

/** Type and key without the comment, which names nobody's machine then. */
function bareKey(publicFile: string): string {
  return readFileSync(publicFile, "utf8").trim().split(/\s+/).slice(0, 2).join(" ");
}

/**
 * The keys of this user, made where missing. Two processes at once end with the same keys: a private key comes into
 * place by a hard link, which only the first can make, and the rest follows from the private key.
 */
export function ensureSshKeys(dir: string = sshDir()): SshKeys {
  const keys = keysIn(dir);
  if (Object.values(keys).every((file) => existsSync(file))) return keys;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const temp = mkdtempSync(join(dir, ".new-"));
  try {
    for (const file of [keys.identityFile, keys.hostKeyFile]) {
      if (!existsSync(file)) {
        const fresh = join(temp, "key");
        keygen(["-q", "-t", "ed25519", "-N", "", "-C", "guestbench", "-f", fresh]);
        try {
          linkSync(fresh, file);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
        rmSync(fresh);
        rmSync(`${fresh}.pub`);
      }
      place(temp, `${file}.pub`, `${keygen(["-y", "-f", file]).split(/\s+/).slice(0, 2).join(" ")} guestbench\n`);
    }
    place(temp, keys.knownHostsFile, `${GUEST_HOST_ALIAS} ${bareKey(keys.hostKeyPublicFile)}\n`);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
  return keys;
}

/** What an image's key depends on. */
export function sshKeyTexts(keys: SshKeys): string[] {
  return [bareKey(keys.identityPublicFile), bareKey(keys.hostKeyPublicFile)];
}

function place(temp: string, file: string, text: string): void {
  const fresh = join(temp, "text");
  writeFileSync(fresh, text);
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}

function keygen(args: string[]): string {
  try {
    return execaSync("ssh-keygen", args).stdout.trim();
  } catch (cause) {
    throw new InfraError("ssh-keygen failed while the guests' keys were made; is openssh-client installed?", { cause });
  }
}
