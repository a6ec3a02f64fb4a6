/** For tests: a small environment, and a change to it. */
import type { Environment } from "./schema.ts";

export function testEnvironment(change: (environment: Environment) => void = () => {}): Environment {
  const environment: Environment = {
    schemaVersion: 2,
    stack: "test",
    hardware: {
      accelerator: "tcg",
      virtualized: null,
      architecture: "x86_64",
      cpuModel: "Made-up CPU 2.0 GHz",
      cpuIdentity: ["vendor_id Made-up"],
      sockets: 1,
      cores: 2,
      cpus: 2,
      caches: { L1d: "32K × 2" },
      memoryMiB: 8192,
      numa: { node0: 8192 },
      hugePageSizes: ["2048kB"],
      machine: "Maker Model",
      cpuFlags: ["fpu", "vme"],
    },
    firmware: { microcode: ["0x1"], mitigations: { l1tf: "Not affected" }, bios: "Maker 1.0" },
    kernel: {
      release: "6.1",
      build: "#1 SMP",
      commandLine: "quiet",
      xenCommandLine: null,
      kvm: { "kvm.halt_poll_ns": "200000" },
      os: "Debian 12",
      outOfTreeModules: {},
      driverModules: ["virtio_net"],
    },
    settings: { KSM: "0", swappiness: "60" },
    tools: { versions: { qemu: "7.2" }, packages: { seabios: "1.16" } },
    networks: { net: { type: "tap-bridge", bridge: "gbr0" } },
    images: {
      debian: {
        recipe: "0123456789abcdef",
        architecture: "amd64",
        kernelRelease: "6.1.0",
        kernelPackageVersion: "6.1.1-1",
        system: "Debian 12",
        files: { vmlinuz: "sha256 0" },
        tools: { mke2fs: "1.47" },
        packages: { iperf3: "3.12-1", libc6: "2.36" },
      },
    },
    guests: {
      "a.vm": {
        accelerator: "tcg",
        platform: "kvm",
        image: "debian",
        network: "net",
        architecture: "x86_64",
        vcpus: 1,
        cpus: "1",
        memoryMiB: 1024,
        settings: { vhost: "off" },
        address: "198.18.0.10",
        definition: ["<domain>", "  <vcpu>1</vcpu>", "</domain>"],
      },
    },
    toolchain: { Node: "24.0.0" },
  };
  change(environment);
  return environment;
}
