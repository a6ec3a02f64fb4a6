import { expect, test } from "vitest";
import { installedNames, parsePackages, wantedPackages } from "./debian.ts";

const status = `Package: tcpdump
Status: install ok installed
Version: 4.99

Package: hping3
Status: deinstall ok config-files

Package: docker-ce
Status: hold ok installed
Provides: docker.io (= 1), container-runtime
`;

test("installed, held and provided packages count; removed ones with left-over configuration do not", () => {
  const names = installedNames(status);
  expect([...names].sort()).toEqual(["container-runtime", "docker-ce", "docker.io", "tcpdump"]);
});

test("a package for another architecture is left out", () => {
  const text = "# comment\nqemu-system-x86@x64 base  # VMs\nqemu-system-arm@arm64 base  # VMs\ntcpdump base  # time\n";
  expect(parsePackages(text, "x64").map(({ name }) => name)).toEqual(["qemu-system-x86", "tcpdump"]);
  expect(parsePackages(text, "arm64").map(({ name }) => name)).toEqual(["qemu-system-arm", "tcpdump"]);
});

test("a line without group or reason is refused with its number", () => {
  expect(() => parsePackages("tcpdump base  # time\nhping3\n")).toThrow(/line 2/);
});

test("the browser is wanted by the tests only", () => {
  const names = (groups: ("base" | "test")[]) => wantedPackages(groups).map(({ name }) => name);
  expect(names(["base"])).toContain("mmdebstrap");
  expect(names(["base"])).not.toContain("chromium");
  expect(names(["base", "test"])).toContain("chromium");
});
