/** Images that the user gives: what a stack says of one, as the recipe that everything else goes by. */
import type { z } from "zod";
import type { Artefact } from "../../artefacts/artefact.ts";
import type { Kind } from "../../artefacts/identify.ts";
import type { ImageRecipe } from "../image.ts";
import type { GivenImage, Role } from "./given.ts";
import * as registry from "./registry.ts";

type Driver = (typeof registry)[keyof typeof registry];

export const givenImages: readonly Driver[] = Object.values(registry);

export type GivenFieldsOf = z.output<Driver["schema"]>;

/** The type of that name, seen as one that takes any fields. */
export function givenImageOf(type: string): GivenImage<z.ZodType<GivenFieldsOf>> | null {
  const driver = givenImages.find((known) => known.type === type);
  return (driver as unknown as GivenImage<z.ZodType<GivenFieldsOf>>) ?? null;
}

/** Each artefact of the image, and what it must be. */
export function filesOf(fields: GivenFieldsOf): [role: Role, file: { artefact: Artefact; kind: Kind }][] {
  return Object.entries(givenImageOf(fields.type)?.files(fields) ?? {}) as ReturnType<typeof filesOf>;
}

const DEBIAN = { x86_64: "amd64", arm64: "arm64" } as const;

/** What a stack's image is to everything that takes images. Nothing of it is built: its files are put together. */
export function givenRecipe(name: string, fields: GivenFieldsOf): ImageRecipe {
  const driver = givenImageOf(fields.type);
  if (!driver) throw new Error(`no type of image is called ${fields.type}`);
  const files = filesOf(fields);
  const [architecture] = files.flatMap(([, { artefact }]) => artefact.architecture ?? []);
  const tools = [`application:${fields.application}`];
  return {
    ...outline(driver, name),
    architectures: [DEBIAN[architecture ?? "x86_64"]],
    given: { fields, files: files.map(([role, { artefact }]) => ({ role, sha256: artefact.sha256 })), offers: tools },
    boot: (wiring) => driver.boot(fields, wiring),
  };
}

/** What is known of a type before any file of it is given. */
export function outline(
  driver: Pick<Driver, "type" | "roles" | "capabilities" | "access" | "powersOff" | "artefact"> & { machine?: "pc" },
  name: string = driver.type,
): ImageRecipe {
  const { roles, capabilities, access, powersOff, machine, artefact } = driver;
  return {
    name,
    description: `given by the user: ${artefact}`,
    recipeDir: import.meta.dirname,
    parameters: {},
    architectures: ["amd64"],
    cross: true,
    files: Object.fromEntries(roles.map((role) => [role, role])),
    sizeFiles: { vm: roles },
    kernelArguments: [],
    access,
    tools: [],
    capabilities,
    steps: 0,
    needsDiskMiB: 1,
    powersOff,
    monitor: "qemu",
    ...(machine ? { machine } : {}),
  };
}
