import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type DomainSpec, escapeXml, renderDomain, renderStylesheet } from "./kvm-domain.ts";

const base: DomainSpec = {
  name: "gb-demo-vm",
  uuid: "6ba7b810-9dad-51d1-a0b4-00c04fd430c8",
  stack: "demo",
  accelerator: "kvm",
  architecture: "x86_64",
  emulator: "/usr/bin/qemu-system-x86_64",
  machine: "q35",
  vcpus: 1,
  memoryMiB: 1024,
  cpus: "1",
  hugePages: "2MiB",
  kernel: "/cache/debian/vmlinuz",
  initrd: { path: "/cache/debian/initrd.img", arguments: null },
  cmdline: "console=ttyS0 root=/dev/vda rw net.ifnames=0 ip=198.18.0.11::198.18.0.1:255.255.255.0::eth0:off",
  disk: { path: "/cache/debian/disk.raw", cache: "none" },
  network: {
    mac: "52:54:00:12:00:0b",
    vhost: false,
    port: { type: "tap", tap: "gbt18-0-11", offloads: true },
    messageInterrupts: true,
  },
  console: "/run/guestbench/demo/console/gb-demo-vm.log",
  securityModels: [],
};

function vhostUser(mode: "server" | "client") {
  return { type: "vhost-user", socket: "/run/guestbench/demo/vhost-user/gbv18-2-11", mode } as const;
}

const arm = { architecture: "arm64", emulator: "/usr/bin/qemu-system-aarch64", machine: "virt" } as const;
const variants: Record<string, Partial<DomainSpec>> = {
  "kvm with huge pages and a tap made before": {},
  tcg: { accelerator: "tcg", hugePages: null },
  "huge pages of 1 GiB, two CPUs": { hugePages: "1GiB", vcpus: 2, cpus: "2-3" },
  "machine pc": { machine: "pc" },
  "no disk": { disk: null },
  "a disk path with a comma, an ampersand, a quote and braces": {
    disk: { path: "/home/o'neil,a & b/{1}/<disk>.raw", cache: "writeback" },
  },
  vhost: { network: { ...base.network, vhost: true } },
  "bridge instead of a tap": { network: { ...base.network, port: { type: "bridge", bridge: "gbr0" } } },
  "a tap whose switch computes no checksums": {
    network: { ...base.network, port: { type: "tap", tap: "gbt18-1-11", offloads: false } },
  },
  "vhost-user on huge pages, QEMU listens": { network: { ...base.network, port: vhostUser("server") } },
  "vhost-user on ordinary pages, the switch listens": {
    hugePages: null,
    network: { ...base.network, port: vhostUser("client") },
  },
  "vhost-user for a QEMU that crashes with message interrupts": {
    accelerator: "tcg",
    network: { ...base.network, port: vhostUser("server"), messageInterrupts: false },
  },
  "a system libvirtd with security models": { securityModels: ["apparmor", "dac"] },
  arm64: arm,
  "a unikernel that is nothing but a kernel": { initrd: null, disk: null, machine: "pc" },
  "a multiboot module with arguments": {
    initrd: { path: "/cache/service", arguments: "ip=198.18.0.16" },
    disk: null,
    machine: "pc",
  },
};

const xsltproc = spawnSync("/bin/sh", ["-c", "command -v xsltproc"]).status === 0;

/** What xsltproc makes of any document with the stylesheet: it also refuses XML that is not well formed. */
function throughXslt(domain: string): string {
  const script =
    'd=$(mktemp -d); cat >$d/s.xsl; echo "<domain><name>other</name></domain>" >$d/in.xml; xsltproc $d/s.xsl $d/in.xml; code=$?; rm -r $d; exit $code';
  return execFileSync("/bin/sh", ["-c", script], { input: renderStylesheet(domain), encoding: "utf8" });
}

/** The same document with one way of writing quotes, entities, name spaces and space between elements. */
const canonical = (xml: string) =>
  xml
    .replaceAll(/(\w|:)='([^']*)'/g, (_, before, value) => `${before}="${value}"`)
    .replaceAll("&apos;", "'")
    .replaceAll(/>\s+</g, "><")
    .replace(/(<domain) (type="\w+") (xmlns:qemu="[^"]+")/, "$1 $3 $2")
    .trim();

describe.each(Object.entries(variants))("%s", (name, change) => {
  const domain = renderDomain({ ...base, ...change });

  test("renders as recorded", () => {
    if (name === "kvm with huge pages and a tap made before") expect(domain).toMatchSnapshot();
    else expect(differences(domain, renderDomain(base))).toMatchSnapshot();
  });

  test.runIf(xsltproc)("the stylesheet gives back exactly this document", () => {
    expect(canonical(throughXslt(domain))).toBe(canonical(domain));
  });
});

/** Lines that only one of the two documents has. */
function differences(domain: string, reference: string): string {
  const [lines, others] = [domain.split("\n"), reference.split("\n")];
  const without = (a: string[], b: string[], sign: string) =>
    a.filter((line) => !b.includes(line)).map((line) => sign + line);
  return [...without(others, lines, "- "), ...without(lines, others, "+ ")].join("\n");
}

test("QEMU reads the disk's path back: commas doubled inside the option, XML escaped outside", () => {
  const domain = renderDomain({ ...base, disk: { path: "/a,b&'c", cache: "none" } });
  expect(domain).toContain("value='file=/a,,b&amp;&apos;c,format=raw,");
});

test("native AIO goes with caches that bypass the host's, threads with the others", () => {
  const aio = (cache: "none" | "directsync" | "writeback" | "writethrough" | "unsafe") =>
    /aio=(\w+)/.exec(renderDomain({ ...base, disk: { path: "/d", cache } }))?.[1];
  expect([aio("none"), aio("directsync")]).toEqual(["native", "native"]);
  expect([aio("writeback"), aio("writethrough"), aio("unsafe")]).toEqual(["threads", "threads", "threads"]);
});

test("every special character is escaped", () => {
  expect(escapeXml(`<a href='x' b="y">&amp;`)).toBe("&lt;a href=&apos;x&apos; b=&quot;y&quot;&gt;&amp;amp;");
});
