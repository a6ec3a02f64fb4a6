/** Docker containers on the testbed's own bridge: no NAT, no proxy. One CPU and 1 GiB, as in the studies. */
import type * as Docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ImageComponent } from "../images/component.ts";
import type { ContainerPort, NetworkComponent, Plugged } from "../networks/network.ts";
import { docker as sdk } from "../providers.ts";
import { addressSchema, cpusOf, guestFields } from "../schema.ts";
import { plugObject, startAndPlug, stopAndUnplug, type Veth } from "./docker-veth.ts";
import { containerMacOf } from "./mac.ts";
import { commonHandle, definePlatform, type GuestContext, type GuestOffer, type HandleInputs } from "./platform.ts";

const schema = z.strictObject({
  platform: z.literal("docker"),
  ...guestFields,
  address: addressSchema.describe("the container's address on the network"),
  runtime: z
    .string()
    .regex(/^[\w.-]+$/, { error: "expected the name of a runtime that the daemon knows, such as runc" })
    .optional()
    .describe("OCI runtime by the daemon's name for it; default: the daemon's own choice"),
});

type Context = GuestContext<z.infer<typeof schema>>;

/** Pure: prints the memory.stat of the container's own cgroup, whichever cgroup version the host has. */
export function memoryArgv(docker: readonly string[], name: string, version: "v1" | "v2"): string[] {
  const path = version === "v1" ? `awk -F: '$2 == "memory" {print $3}'` : `awk -F: '$1 == 0 {print $3}'`;
  const root = version === "v1" ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
  const pid = `$(${docker.join(" ")} inspect -f '{{.State.Pid}}' ${name})`;
  return ["sh", "-c", `cat ${root}$(${path} /proc/${pid}/cgroup)/memory.stat`];
}

const dockerArgv = ({ daemons }: Context["host"]) => ["docker", "-H", daemons.docker.uri];

const options = ({ host }: Context, parent: pulumi.Resource, dependsOn: pulumi.Resource[]) => ({
  parent,
  dependsOn,
  deleteBeforeReplace: true,
  ...(host.machine ? { deletedWith: host.machine } : {}),
  ...(host.providers.docker ? { provider: host.providers.docker } : {}),
});

/** One Docker network per testbed network, and one Docker image per image, whichever guest asks first. */
const networks = new WeakMap<NetworkComponent, Docker.Network>();
const images = new WeakMap<ImageComponent, Docker.RemoteImage>();

function once<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function dockerNetwork(context: Context): Docker.Network {
  const { plan, resource } = context.network;
  return once(
    networks,
    context.network,
    () =>
      new (sdk().Network)(
        `docker-network-${plan.name}`,
        {
          name: `gb_${context.plan.stack}_${plan.name}`,
          driver: "bridge",
          options: { "com.docker.network.bridge.name": plan.bridge },
          ipamConfigs: [{ subnet: plan.subnet, gateway: plan.hostAddress }],
          labels: [{ label: "guestbench.stack", value: context.plan.stack }],
        },
        options(context, resource, [resource]),
      ),
  );
}

function dockerImage(context: Context): Docker.RemoteImage {
  const { plan, resource } = context.image;
  return once(
    images,
    context.image,
    () =>
      new (sdk().RemoteImage)(
        `docker-image-${plan.name}`,
        {
          name: `guestbench/${plan.name}:${plan.key}`,
          build: {
            context: plan.containerContext ?? "",
            labels: { "guestbench.stack": context.plan.stack },
            useLegacyBuilder: true,
            forceRemove: true,
          },
          forceRemove: true,
        },
        options(context, resource, [resource]),
      ),
  );
}

/** The container as declared, but for what only Docker knows: the ids of its image and network. */
function declared({ plan }: Context, name: string, veth: Veth | null) {
  return {
    name,
    entrypoints: ["/usr/bin/sleep"],
    command: ["infinity"],
    init: true,
    hostname: plan.name.replaceAll(".", "-"),
    // the provider leaves the default network for the testbed's, which is the only way to a fixed address
    networkMode: veth ? "none" : "bridge",
    cpuSet: plan.cpus,
    cpus: Math.min(plan.guest.vcpus, cpusOf(plan.cpus).length).toFixed(1),
    memory: plan.guest.memoryMiB,
    memorySwap: plan.guest.memoryMiB,
    mustRun: plan.guest.power === "on",
    start: plan.guest.power === "on",
    restart: "no",
    ...(plan.guest.runtime === undefined ? {} : { runtime: plan.guest.runtime }),
    logDriver: "json-file",
    destroyGraceSeconds: 1,
  };
}

const plug = ({ plan }: Context) => ({ ipv4Address: plan.address, macAddress: containerMacOf(plan.address) });

/** How a container's end of a pair is to look; null where Docker's own driver plugs it in. */
function vethOf({ plan }: Context, { port }: Plugged<ContainerPort>): Veth | null {
  if (port.type !== "veth") return null;
  const { subnet, hostAddress } = plan.network;
  return { ...port, address: plan.address, subnet, gateway: hostAddress, mac: containerMacOf(plan.address) };
}

function handle(context: Context, name: string, plugged: Plugged<ContainerPort>): HandleInputs {
  const { plan, host, image, offer } = context;
  const docker = dockerArgv(host);
  const veth = vethOf(context, plugged);
  const [start, stop, kill] = [
    [...docker, "start", name],
    [...docker, "stop", "--time", "1", name],
    [...docker, "kill", name],
  ];
  return {
    ...commonHandle(plan, host, offer),
    accelerator: "none",
    mac: containerMacOf(plan.address),
    interface: plugged.interface,
    access: { type: "exec", argv: [...docker, "exec", name, "/bin/sh", "-c"] },
    ready: { type: "shell", deadlineMs: 60_000 },
    boots: {
      standard: {
        start: veth ? startAndPlug(docker, name, veth) : start,
        stop: veth ? stopAndUnplug(stop, veth) : stop,
        kill: veth ? stopAndUnplug(kill, veth) : kill,
        status: { argv: [...docker, "inspect", "-f", "{{.State.Running}}", name], on: "true" },
        pid: [...docker, "inspect", "-f", "{{.State.Pid}}", name],
        console: null,
        memory: { argv: memoryArgv(docker, name, host.facts.cgroup), format: `cgroup-${host.facts.cgroup}` },
      },
    },
    imageFiles: image.files("container"),
    settings: {
      network: `veth on ${plan.network.bridge}`,
      ...(veth && !veth.offloads ? { "checksum offload": "off" } : {}),
      "CPU limit": `cpuset ${plan.cpus}, ${plan.guest.vcpus} CPU`,
      "memory limit": `${plan.guest.memoryMiB} MiB`,
      ...(plan.guest.runtime === undefined ? {} : { runtime: plan.guest.runtime }),
    },
    definition: JSON.stringify(
      {
        ...declared(context, name, veth),
        image: plan.image.name,
        network: { name: plan.network.name, ...plug(context) },
      },
      null,
      2,
    ),
  };
}

export const docker = definePlatform({
  platform: "docker",
  schema,
  form: "container",
  address: (guest) => guest.address,
  refuses: (image) =>
    image.containerContext ? null : `image ${image.name} has no file system that a container could run`,
  refusesNetwork: (_guest, { attaches }) => (attaches.containers ? null : "such a network takes no containers"),
  offer: ({ image }, { facts }): GuestOffer => ({
    capabilities: ["network", "power", "memory", ...image.capabilities],
    bootProfiles: ["standard"],
    unavailable: facts.tools.docker ? null : "dockerd is not installed: run guestbench setup",
    functionalOnly: null,
  }),
  needs: () => ({ docker: true, libvirt: false, hugePages: {} }),
  create: (context) => {
    const { plan, host, resource } = context;
    const name = `gb_${plan.stack}_${plan.name}`;
    const image = dockerImage(context);
    const plugged = context.network.container(plan, resource);
    const veth = vethOf(context, plugged);
    const network = veth ? null : dockerNetwork(context);
    const on = plan.guest.power === "on";
    const container = new (sdk().Container)(
      `container-${plan.name}`,
      {
        ...declared(context, name, veth),
        image: image.imageId,
        ...(network ? { networksAdvanced: [{ name: network.name, ...plug(context) }] } : {}),
        labels: [{ label: "guestbench.stack", value: plan.stack }],
      },
      options(context, resource, [image, network ?? plugged.resource]),
    );
    if (veth && on)
      host.object(plugObject(dockerArgv(host), name, veth), resource, [container], [container, plugged.resource]);
    return { handle: handle(context, name, plugged) };
  },
});
