import { createHash } from "node:crypto";

/** A version 5 UUID of the domain's name: known before the hypervisor knows the domain. */
export function uuidOf(name: string): string {
  const hex = createHash("sha1").update(`guestbench:${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
