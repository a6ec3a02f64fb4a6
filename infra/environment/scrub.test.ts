import { describe, expect, test } from "vitest";
import { scrubCommandLine, scrubText, withRoles } from "./scrub.ts";

describe("command lines of kernels", () => {
  test.each([
    ["root=UUID=0b3cfa5e-9f0c-4a0e-8d52-2f6d7a1a9b11 ro", "root=UUID=<uuid> ro"],
    ["root=PARTUUID=9a1b2c3d-02 resume=UUID=ABCD-1234", "root=PARTUUID=<uuid> resume=UUID=<uuid>"],
    ["BOOT_IMAGE=/vmlinuz-6.1 initrd=\\EFI\\initrd.img quiet", "quiet"],
    ["ip=10.1.2.3::10.1.2.1:255.255.255.0:rack7:eno1:off", "ip=<address>::<address>:255.255.255.0:<host>:eno1:off"],
    ["ip=198.18.0.11::198.18.0.1:255.255.255.0::eth0:off", "ip=198.18.0.11::198.18.0.1:255.255.255.0::eth0:off"],
    ["ip=[fe80::1]::[fe80::2]:64:rack7:eno1", "ip=<address>::<address>:64:<host>:eno1"],
    ["systemd.hostname=other netroot=rack7 hostname=x", "systemd.hostname=<host> netroot=<host> hostname=<host>"],
    [
      "registry.token=abc rd.luks.key=/k db_password=1 auth=q",
      "registry.token=<secret> rd.luks.key=<secret> db_password=<secret> auth=<secret>",
    ],
    ["ethaddr=ba:1c:3a:5e:7f:90 nfsroot=192.168.1.9:/srv", "ethaddr=<mac> nfsroot=<address>:/srv"],
    ['"dyndbg=file a.c +p" mitigations=off isolcpus=2-3', '"dyndbg=file a.c +p" mitigations=off isolcpus=2-3'],
  ])("%s", (text, clean) => {
    expect(scrubCommandLine(text, "rack7")).toBe(clean);
  });

  test("what a knob is called is kept, whatever the host is called", () => {
    expect(scrubCommandLine("vm.swappiness=10 quiet=vm", "vm")).toBe("vm.swappiness=10 quiet=<host>");
    expect(scrubCommandLine("a= b", "")).toBe("a= b");
  });
});

test("settings keep their numbers", () => {
  expect(scrubText("always [madvise] never 1.2.3 2-3,8 198.19.1.1 172.16.0.1")).toBe(
    "always [madvise] never 1.2.3 2-3,8 198.19.1.1 <address>",
  );
});

test("the longest path gives its role; a role of nothing or of the root is none", () => {
  const roles = [
    ["/c/", "<cache>/"],
    ["/c/images/debian-1/", "<image debian>/"],
    ["/", "<root>"],
    ["", "<empty>"],
  ] as const;
  expect(withRoles("/c/images/debian-1/vmlinuz /c/ssh /dev/vda", roles)).toBe(
    "<image debian>/vmlinuz <cache>/ssh /dev/vda",
  );
});
