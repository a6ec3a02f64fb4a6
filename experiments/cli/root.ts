/** Most commands change the machine and say so before they begin. */
import { ConfigError } from "../../infra/errors.ts";

export function assertRoot(command: string, uid = process.getuid?.()): void {
  if (uid === 0) return;
  throw new ConfigError(
    `\`guestbench ${command}\` changes this machine's network and guests: run it as root, with sudo`,
  );
}
