/** Where a stack's host is: this machine, a machine reached over ssh, or one that QEMU emulates on this machine. */
import { z } from "zod";

const userSchema = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: "expected a user name such as root" })
  .default("root")
  .describe("user to log in as; it must be root, since hosts are changed");

const hostKeySchema = z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3}) [A-Za-z0-9+/=]{40,}$/, {
  error:
    "expected the host's public key, such as \"ssh-ed25519 AAAA…\": `guestbench host scan ADDRESS` shows it, to be compared with the host's own console",
});

export const sshSchema = z.strictObject({
  type: z.literal("ssh"),
  address: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]*$/, { error: "expected a host name, an address, or a Host of ~/.ssh/config" })
    .optional()
    .describe("may be left to `pulumi config set address …`; jump hosts and aliases come from ~/.ssh/config"),
  port: z.number().int().min(1).max(65535).optional().describe("default: what ~/.ssh/config says, else 22"),
  user: userSchema,
  identityFile: z.string().optional().describe("private key; default: the agent's, or what ~/.ssh/config says"),
  hostKey: hostKeySchema.optional().describe("public host key; a host without one is not connected to"),
});
export type SshAccess = z.infer<typeof sshSchema>;

const emulatedSchema = z.strictObject({
  type: z.literal("emulated"),
  lab: z
    .enum(["kvm", "xen", "arm64"])
    .describe("which emulated host: x86-64 with KVM, Xen with its dom0, ARMv8 with KVM"),
  cpus: z.number().int().min(1).max(16).default(2).describe("CPUs of the emulated host"),
  memoryMiB: z.number().int().min(1024).max(65_536).default(3072).describe("memory of the emulated host, in MiB"),
  sshPort: z.number().int().min(1024).max(65535).default(22_100).describe("port on 127.0.0.1 that its sshd answers on"),
});
export type EmulatedAccess = z.infer<typeof emulatedSchema>;

export const accessSchema = z
  .discriminatedUnion("type", [z.strictObject({ type: z.literal("local") }), sshSchema, emulatedSchema])
  .default({ type: "local" })
  .describe("where the host is");
export type Access = z.infer<typeof accessSchema>;
