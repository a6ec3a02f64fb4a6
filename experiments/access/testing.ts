/** A guest that is a plain shell on this machine, and its network without a namespace: for tests of what runs commands. */
import type { Handle, NetworkOutput } from "../../infra/outputs.ts";

export function shellGuest(overrides: Partial<Handle> = {}): Handle {
  return {
    name: "shell",
    platform: "bare-metal",
    image: "debian",
    network: "lan",
    architecture: "x86_64",
    vcpus: 1,
    memoryMiB: 1024,
    cpus: null,
    accelerator: "none",
    functionalOnly: null,
    address: "127.0.0.1",
    mac: null,
    interface: "lo",
    capabilities: ["shell", "network"],
    access: { type: "exec", argv: ["setsid", "-w", "sh", "-c"] },
    ready: { type: "shell", deadlineMs: 2_000 },
    boots: {},
    imageFiles: [],
    settings: {},
    ...overrides,
  };
}

export function plainNetwork(client: Partial<NetworkOutput["client"]> = {}): NetworkOutput {
  return {
    type: "tap-bridge",
    subnet: "198.18.1.0/24",
    hostAddress: "198.18.1.1",
    bridge: "none",
    client: { argv: ["env"], address: "198.18.1.2", interface: "lo", cpus: null, ...client },
    settings: {},
  };
}
