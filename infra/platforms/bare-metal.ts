/**
 * The host itself, measured like a guest: commands run in the image's tree by chroot, in a mount namespace that ends
 * with them, on the guests' CPUs. Its memory is not limited; a host limited to 1 GiB needs `mem=` at its own boot.
 */
import { z } from "zod";
import { guestFields } from "../schema.ts";
import { commonHandle, definePlatform, type GuestOffer } from "./platform.ts";

const schema = z.strictObject({ platform: z.literal("bare-metal"), ...guestFields });

/** Shell that enters the tree: /proc, /sys and /dev from the host, a private /tmp; $1 is the command. */
export function chrootScript(tree: string): string {
  return [
    `t='${tree}'`,
    'mount --rbind /proc "$t/proc" && mount --rbind /sys "$t/sys" && mount --rbind /dev "$t/dev" && mount -t tmpfs none "$t/tmp"',
    `exec chroot "$t" /bin/sh -c "$1"`,
  ].join(" && ");
}

export const bareMetal = definePlatform({
  platform: "bare-metal",
  schema,
  form: "bare-metal",
  address: (_guest, network) => network.hostAddress,
  refuses: (image) => (image.tree ? null : `image ${image.name} has no file system tree that the host could run`),
  refusesNetwork: (_guest, { attaches }) => (attaches.host ? null : "the host itself is not on such a network"),
  offer: ({ image }): GuestOffer => ({
    capabilities: ["network", "bare-metal", ...image.capabilities],
    bootProfiles: [],
    unavailable: null,
    functionalOnly: null,
  }),
  needs: () => ({ docker: false, libvirt: false, hugePages: {} }),
  create: ({ plan, host, network, offer }) => ({
    handle: {
      ...commonHandle(plan, host, offer),
      accelerator: "none",
      mac: null,
      interface: network.plan.bridge,
      access: {
        type: "exec",
        argv: [
          ...["unshare", "--mount", "--propagation", "private", "taskset", "-c", plan.cpus],
          ...["sh", "-c", chrootScript(plan.image.tree ?? ""), "guestbench"],
        ],
      },
      ready: { type: "shell", deadlineMs: 10_000 },
      boots: {},
      imageFiles: [],
      settings: { "CPU limit": `taskset to CPU ${plan.cpus}`, "memory limit": "none" },
    },
  }),
});
