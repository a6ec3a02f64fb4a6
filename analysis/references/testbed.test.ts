import { describe, expect, it } from "vitest";
import { guestEntry } from "../fixtures/folder.ts";
import { fixtureEnvironment } from "../fixtures/surroundings.ts";
import { nfvrg2016 } from "./nfvrg2016.ts";
import { raho2015 } from "./raho2015.ts";
import { testbedDifferences } from "./testbed.ts";

const vm = guestEntry({ settings: { tap: "made before the guest", "huge pages": "2MiB", vhost: "on" } });
const differing = (...args: Parameters<typeof testbedDifferences>) =>
  testbedDifferences(...args).map(({ what, ours, published }) => `${what}: ${ours} / ${published}`);

describe("our testbed and a study's", () => {
  it("lists what differs, most consequential first, and what of it is not recorded", () => {
    const environment = fixtureEnvironment();
    environment.hardware.cores = null;
    expect(differing(nfvrg2016.testbed, { environment, guest: { ...vm, accelerator: "tcg" } })).toEqual([
      "accelerator: tcg / kvm",
      "CPU: Made-up CPU 2.0 GHz / Intel Xeon E5-1630 v3, 3.7 GHz",
      "cores: not recorded / 4",
      "memory: 8.00 GiB / 32 GB",
      "host's kernel: 6.1.0-00-amd64 / 4.4.1",
      "guest's kernel: 6.1.0-00-cloud-amd64 / 4.4.1",
    ]);
  });

  it("leaves out what agrees: the same chip, about the same memory, a build of the same version", () => {
    const environment = fixtureEnvironment();
    Object.assign(environment.hardware, {
      ...{ cpuModel: "Intel(R) Xeon(R) CPU E5-1630 v3 @ 3.70GHz", cores: 4, memoryMiB: 31_900 },
    });
    environment.kernel.release = "4.4.1-custom";
    for (const image of Object.values(environment.images ?? {})) image.kernelRelease = "4.4.10";
    expect(differing(nfvrg2016.testbed, { environment, guest: vm })).toEqual(["guest's kernel: 4.4.10 / 4.4.1"]);
  });

  it("compares the platform that the guest runs on, and nothing that the study does not state", () => {
    const environment = fixtureEnvironment();
    const docker = differing(nfvrg2016.testbed, { environment, guest: guestEntry({ platform: "docker" }) });
    expect(docker).toContain("Docker: 20.10.24 / 1.11");
    expect(docker.join()).not.toMatch(/kernel|QEMU|tap/);
    const metal = differing(raho2015.testbed, { environment, guest: guestEntry({ platform: "bare-metal" }) });
    expect(metal).toContain("host's system: Debian GNU/Linux 12 (bookworm) / Debian GNU/Linux 8");
    expect(metal.join()).not.toMatch(/QEMU|Docker|vhost/);
    expect(differing(raho2015.testbed, { environment, guest: vm })).toContain("vhost: on / off");
  });

  it("without an environment, says what is not recorded", () => {
    const list = differing(raho2015.testbed, { environment: null, guest: vm });
    expect(list).toContain("QEMU: not recorded / 2.3.5");
    expect(list.join()).not.toContain("guest's CPUs");
  });
});
