/** An image whose script says that it does not build anything yet. */
import type { Addition } from "./index.ts";

export function imageTemplate(name: string, identifier: string): Addition {
  const dir = "infra/images";
  return {
    files: {
      [`${dir}/${name}.ts`]: { text: recipe(name, identifier) },
      [`${dir}/${name}/build.sh`]: { text: script(name), executable: true },
      [`${dir}/${name}.test.ts`]: { text: test(name, identifier) },
    },
    registry: `${dir}/registry.ts`,
    line: `export { ${identifier} } from "./${name}.ts";`,
  };
}

const recipe = (name: string, identifier: string) => `/** ${name}: what runs in the guest, and where it comes from. */
import { join } from "node:path";
import { defineImage } from "./image.ts";

export const ${identifier} = defineImage({
  name: "${name}",
  description: "one sentence for people",
  recipeDir: join(import.meta.dirname, "${name}"),
  parameters: {},
  architectures: ["amd64", "arm64"],
  files: { kernel: "vmlinuz", initrd: "initramfs.img" },
  sizeFiles: { vm: ["vmlinuz", "initramfs.img"] },
  kernelArguments: ["quiet"],
  access: ["ssh"],
  tools: [],
  capabilities: ["fork", "exec", "shell", "vm"],
  steps: 1,
  needsDiskMiB: 600,
});
`;

const script = (name: string) => `#!/bin/sh
# ${name}: makes vmlinuz, initramfs.img and facts.tsv in $GB_OUT; see busybox/build.sh.
set -eu
. "$(dirname "$0")/../lib/common.sh"

step "kernel and initramfs"
echo "how the image ${name} is built is not written yet" >&2
exit 1
`;

const test = (name: string, identifier: string) => `import { expect, it } from "vitest";
import { imageKey } from "./image.ts";
import { ${identifier} } from "./${name}.ts";

it("has a key of its own for every architecture", () => {
  const keys = ${identifier}.architectures.map((architecture) => imageKey(${identifier}, { architecture, sshKeys: [] }));
  expect(new Set(keys).size).toBe(${identifier}.architectures.length);
});
`;
