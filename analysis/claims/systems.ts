/** Which guest of a campaign stands for a study's system: the one of that name, else the first that is built alike. */
import type { Campaign } from "../../experiments/campaign/results.ts";
import type { Published } from "../references/published.ts";

type Guests = Campaign["guests"];
type Alike = (guest: Guests[string], all: readonly Guests[string][]) => boolean;

const platform =
  (name: string, image?: string): Alike =>
  (guest) =>
    guest.platform === name && (image === undefined || guest.image === image);
const image =
  (name: string): Alike =>
  (guest) =>
    guest.image === name;
const onXen = (all: readonly Guests[string][]) => all.some((guest) => guest.platform === "xen");

const systems: Readonly<Record<Published["study"], Readonly<Record<string, Alike>>>> = {
  raho2015: {
    host: (guest, all) => guest.platform === "bare-metal" && !onXen(all),
    dom0: (guest, all) => guest.platform === "bare-metal" && onXen(all),
    docker: platform("docker"),
    kvm: platform("kvm", "debian"),
    domu: platform("xen", "debian"),
  },
  nfvrg2016: {
    container: platform("docker"),
    "standardvm.kvm": platform("kvm", "debian"),
    "standardvm.xen": platform("xen", "debian"),
    "tinyx.kvm": platform("kvm", "tinyx"),
    "tinyx.xen": platform("xen", "tinyx"),
    "osv.kvm": platform("kvm", "osv"),
    "minios.xen": platform("xen", "minios"),
  },
  acharya2018: {
    kvm: platform("kvm", "debian"),
    "kvm.ovs-dpdk": () => false,
    "kvm.vosyswitch": () => false,
    docker: platform("docker"),
    rkt: platform("rkt"),
    rumprun: image("rumprun"),
    osv: image("osv"),
  },
  mavridis2019: {
    "container.bare-metal": platform("docker"),
    "container.vm": () => false,
    "container.vm-virtio": () => false,
    linuxkit: image("linuxkit"),
    osv: image("osv"),
    rumprun: image("rumprun"),
    includeos: image("includeos"),
    mirageos: image("mirageos"),
  },
};

export function guestOf(study: Published["study"], system: string, guests: Guests): string | null {
  if (Object.hasOwn(guests, system)) return system;
  const alike = systems[study][system];
  const all = Object.values(guests);
  return Object.entries(guests).find(([, guest]) => alike?.(guest, all))?.[0] ?? null;
}
