/** Locally administered MAC addresses derived from a guest's IPv4 address, so that both are known in advance. */

/** 198.18.0.11 → 52:54:00:12:00:0b (the address's last three bytes behind QEMU's prefix). */
export function macOf(address: string): string {
  const bytes = address.split(".").slice(1).map(Number);
  return ["52", "54", "00", ...bytes.map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** 198.18.0.10 → 02:42:c6:12:00:0a: what Docker gives a container of that address, and all that it can have before API 1.44. */
export function containerMacOf(address: string): string {
  return ["02", "42", ...address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"))].join(":");
}
