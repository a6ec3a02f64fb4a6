import { describe, expect, test } from "vitest";
import { shellProblems } from "../shell-check.ts";
import { run } from "./on-host.ts";
import { type HostName, recordedHost } from "./recorded-host.ts";
import { CHARACTER_SCRIPT, differences, parseCharacter, requireSchema } from "./requirements.ts";

function characterOf(name: HostName) {
  const host = recordedHost(name);
  const before = host.tree();
  const { stdout } = run(host, CHARACTER_SCRIPT);
  expect(host.tree()).toEqual(before);
  return parseCharacter(stdout);
}
const differencesOn = (name: HostName, required: object) =>
  differences(requireSchema.parse(required), characterOf(name));

describe("what a host says of itself", () => {
  test("an Intel server", () => {
    expect(characterOf("intel")).toEqual({
      kernelCommandLine:
        "BOOT_IMAGE=/vmlinuz-3.10.0-1160.15.2.el7.x86_64 ro console=tty0 console=ttyS0,115200n8 crashkernel=auto rhgb quiet LANG=en_US.UTF-8",
      xenCommandLine: null,
      microcode: "0x2006a0a",
      mitigations: {
        meltdown: "Mitigation: PTI",
        spectre_v1: "Mitigation: usercopy/swapgs barriers and __user pointer sanitization",
      },
      bios: {
        vendor: "American Megatrends Inc.",
        version: "2.0b",
        date: "02/13/2018",
        board: "X11DPG-OT-CPU",
        product: "SYS-4029GP-TRT2-1-NE010",
        manufacturer: "Supermicro",
      },
    });
  });

  test("a server without DMI, and one without microcode", () => {
    expect(characterOf("amd")).toMatchObject({ microcode: "0x8001227", bios: {} });
    expect(characterOf("arm")).toMatchObject({ microcode: null, mitigations: {}, bios: { product: "XA320 V2" } });
  });

  test("this machine", () => {
    const host = { root: "", tree: () => new Map(), read: String, write: () => {} };
    expect(parseCharacter(run(host, CHARACTER_SCRIPT).stdout).kernelCommandLine).not.toBe("");
  });

  test("in a shell's words; cut off, it is no answer", () => {
    expect(shellProblems(CHARACTER_SCRIPT)).toBe("");
    expect(() => parseCharacter("microcode\t0x1\n")).toThrow("did not finish");
  });
});

describe("what a stack requires", () => {
  test("a host that is as required", () => {
    expect(
      differencesOn("intel", {
        kernelCommandLine: { contains: ["quiet", "console=ttyS0,115200n8", "crashkernel"], lacks: ["isolcpus"] },
        microcode: "0x2006a0a",
        mitigations: { meltdown: "Mitigation" },
        bios: { version: "2.0b", board: "X11DPG-OT-CPU" },
      }),
    ).toEqual([]);
    expect(differencesOn("arm", {})).toEqual([]);
  });

  test("every difference is named", () => {
    expect(
      differencesOn("amd", {
        kernelCommandLine: {
          contains: ["nohz_full", "isolcpus=24-47", "isolcpus=2"],
          lacks: ["isolcpus", "quiet", "isolcpus=1"],
        },
        microcode: "0x8001250",
        mitigations: { meltdown: "Vulnerable", spectre_v1: "Mitigation", mds: "Not affected" },
        bios: { vendor: "AMI" },
      }),
    ).toEqual([
      'kernel command line: "nohz_full" is required and not there',
      'kernel command line: "isolcpus=2" is required and not there',
      'kernel command line: "isolcpus" is there and must not be',
      'kernel command line: "quiet" is there and must not be',
      'microcode: required "0x8001250", this host has "0x8001227"',
      'mitigation meltdown: required "Vulnerable", this host has "Not affected"',
      'mitigation mds: required "Not affected", this host has none',
      'BIOS vendor: required "AMI", this host has none',
    ]);
    expect(differencesOn("arm", { microcode: "0x1" })).toEqual(['microcode: required "0x1", this host has none']);
  });

  test("what Xen was started with says the control domain's share of the machine", () => {
    const character = {
      ...characterOf("intel"),
      xenCommandLine: "console=com1 dom0_mem=1G,max:1G dom0_max_vcpus=1 dom0_vcpus_pin",
    };
    const wanted = (xenCommandLine: object) => requireSchema.parse({ xenCommandLine });
    expect(differences(wanted({ contains: ["dom0_mem=1G,max:1G", "dom0_vcpus_pin"] }), character)).toEqual([]);
    expect(differences(wanted({ contains: ["dom0_max_vcpus=2"], lacks: ["dom0_vcpus_pin"] }), character)).toEqual([
      'Xen command line: "dom0_max_vcpus=2" is required and not there',
      'Xen command line: "dom0_vcpus_pin" is there and must not be',
    ]);
    expect(differencesOn("amd", { xenCommandLine: { contains: ["dom0_mem"] } })).toEqual([
      'Xen command line: "dom0_mem" is required and not there',
    ]);
  });

  test.each([[{ kernelCommandLine: { contains: ["a b"] } }], [{ bios: { serial: "1" } }], [{ kernel: "6.1" }]])(
    "%j is refused",
    (input) => {
      expect(requireSchema.safeParse(input).success).toBe(false);
    },
  );
});
