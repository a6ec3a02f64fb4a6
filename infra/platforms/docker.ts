/** Docker containers on the testbed's own bridge: no NAT, no proxy. One CPU and 1 GiB, as in the studies. */
import type * as Docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ImageComponent } from "../images/component.ts";
import type { NetworkComponent } from "../networks/network.ts";
import { docker as sdk } from "../providers.ts";
import { addressSchema, cpusOf, guestFields } from "../schema.ts";
import { containerMacOf } from "./mac.ts";
import { commonHandle, definePlatform, type GuestContext, type GuestOffer, type HandleInputs } from "./platform.ts";

const schema = z.strictObject({
  platform: z.literal("docker"),
  ...guestFields,
  address: addressSchema.describe("the container's address on the network"),
});

type Context = GuestContext<z.infer<typeof schema>>;

/** Pure: prints the memory.stat of the container's own cgroup, whichever cgroup version the host has. */
export function memoryArgv(docker: readonly string[], name: string, version: "v1" | "v2"): string[] {
  const path = version === "v1" ? `awk -F: '$2 == "memory" {print $3}'` : `awk -F: '$1 == 0 {print $3}'`;
  const root = version === "v1" ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
  const pid = `$(${docker.join(" ")} inspect -f '{{.State.Pid}}' ${name})`;
  return ["sh", "-c", `cat ${root}$(${path} /proc/${pid}/cgroup)/memory.stat`];
}

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
function declared({ plan }: Context, name: string) {
  return {
    name,
    entrypoints: ["/usr/bin/sleep"],
    command: ["infinity"],
    init: true,
    hostname: plan.name.replaceAll(".", "-"),
    // the provider leaves the default network for the testbed's, which is the only way to a fixed address
    networkMode: "bridge",
    cpuSet: plan.cpus,
    cpus: Math.min(plan.guest.vcpus, cpusOf(plan.cpus).length).toFixed(1),
    memory: plan.guest.memoryMiB,
    memorySwap: plan.guest.memoryMiB,
    mustRun: plan.guest.power === "on",
    start: plan.guest.power === "on",
    restart: "no",
    logDriver: "json-file",
    destroyGraceSeconds: 1,
  };
}

const plug = ({ plan }: Context) => ({ ipv4Address: plan.address, macAddress: containerMacOf(plan.address) });

function handle(context: Context, name: string): HandleInputs {
  const { plan, host, image, offer } = context;
  const docker = ["docker", "-H", host.daemons.docker.uri];
  return {
    ...commonHandle(plan, host, offer),
    accelerator: "none",
    mac: containerMacOf(plan.address),
    interface: plan.network.bridge,
    access: { type: "exec", argv: [...docker, "exec", name, "/bin/sh", "-c"] },
    ready: { type: "shell", deadlineMs: 60_000 },
    boots: {
      standard: {
        start: [...docker, "start", name],
        stop: [...docker, "stop", "--time", "1", name],
        kill: [...docker, "kill", name],
        status: { argv: [...docker, "inspect", "-f", "{{.State.Running}}", name], on: "true" },
        pid: [...docker, "inspect", "-f", "{{.State.Pid}}", name],
        console: null,
        memory: { argv: memoryArgv(docker, name, host.facts.cgroup), format: `cgroup-${host.facts.cgroup}` },
      },
    },
    imageFiles: image.files("container"),
    settings: {
      network: `veth on ${plan.network.bridge}`,
      "CPU limit": `cpuset ${plan.cpus}, ${plan.guest.vcpus} CPU`,
      "memory limit": `${plan.guest.memoryMiB} MiB`,
    },
    definition: JSON.stringify(
      { ...declared(context, name), image: plan.image.name, network: { name: plan.network.name, ...plug(context) } },
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
  offer: ({ image }, { facts }): GuestOffer => ({
    capabilities: ["network", "power", "memory", ...image.capabilities],
    bootProfiles: ["standard"],
    unavailable: facts.tools.docker ? null : "dockerd is not installed: run guestbench setup",
    functionalOnly: null,
  }),
  needs: () => ({ docker: true, libvirt: false, hugePages: {} }),
  create: (context) => {
    const { plan, resource } = context;
    const name = `gb_${plan.stack}_${plan.name}`;
    const image = dockerImage(context);
    const network = dockerNetwork(context);
    new (sdk().Container)(
      `container-${plan.name}`,
      {
        ...declared(context, name),
        image: image.imageId,
        networksAdvanced: [{ name: network.name, ...plug(context) }],
        labels: [{ label: "guestbench.stack", value: plan.stack }],
      },
      options(context, resource, [image, network]),
    );
    return { handle: handle(context, name) };
  },
});
