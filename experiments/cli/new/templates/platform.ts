/** A platform that is declared, refuses what it cannot run, and says that its guests are not started yet. */
import type { Addition } from "./index.ts";

export function platformTemplate(name: string, identifier: string): Addition {
  const dir = "infra/platforms";
  return {
    files: {
      [`${dir}/${name}.ts`]: { text: driver(name, identifier) },
      [`${dir}/${name}.test.ts`]: { text: test(name, identifier) },
    },
    registry: `${dir}/registry.ts`,
    line: `export { ${identifier} } from "./${name}.ts";`,
  };
}

const driver = (name: string, identifier: string) => `/** ${name}: what runs the guest, and which study used it how. */
import { z } from "zod";
import { addressSchema, guestFields } from "../schema.ts";
import { definePlatform, type GuestOffer } from "./platform.ts";

const schema = z.strictObject({
  platform: z.literal("${name}"),
  ...guestFields,
  address: addressSchema.describe("the guest's address on the network"),
});

const NOT_YET = "how guests of ${name} are started is not written yet";

export const ${identifier} = definePlatform({
  platform: "${name}",
  schema,
  form: "vm",
  address: (guest) => guest.address,
  refuses: (image) => (image.kernel ? null : \`image \${image.name} has no kernel\`),
  refusesNetwork: () => null,
  // what the host lacks goes into \`unavailable\`, after a look at the context's facts
  offer: ({ image }): GuestOffer => ({
    capabilities: ["network", "power", ...image.capabilities],
    bootProfiles: ["standard"],
    unavailable: NOT_YET,
    functionalOnly: null,
  }),
  needs: () => ({ docker: false, libvirt: false, hugePages: {} }),
  // declares the guest's resources, and gives the handle that campaigns drive it by: see kvm.ts
  create: () => {
    throw new Error(NOT_YET);
  },
});
`;

const test = (name: string, identifier: string) => `import { expect, test } from "vitest";
import { ${identifier} } from "./${name}.ts";

test("a guest is declared by its address, and the studies' values are its defaults", () => {
  const guest = { platform: "${name}", image: "tinyx", address: "198.18.0.10" };
  expect(${identifier}.schema.parse(guest)).toMatchObject({ ...guest, vcpus: 1, memoryMiB: 1024 });
  expect(${identifier}.schema.safeParse({ ...guest, address: "192.0.2.1" }).success).toBe(false);
});
`;
