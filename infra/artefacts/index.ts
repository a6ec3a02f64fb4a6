/** Everything that a stack takes from the user. */
import { filesOf } from "../images/given/index.ts";
import type { Outputs } from "../outputs.ts";
import type { Stack } from "../stack.ts";
import { artefactFile, obtainArtefacts, type Wanted } from "./obtain.ts";

/** Pure: every artefact that the stack names, and what it must be. */
function wantedBy(stack: Stack): Wanted[] {
  const place = (field: string) => `stacks/${stack.name}.ts: ${field}`;
  const forWorkloads = Object.entries(stack.artefacts).map(
    ([name, artefact]): Wanted => ({
      artefact,
      field: place(`artefacts.${name}`),
      kind: "file",
      architecture: null,
    }),
  );
  const forImages = Object.entries(stack.images).flatMap(([name, fields]) =>
    filesOf(fields).map(
      ([role, { artefact, kind }]): Wanted => ({
        artefact,
        field: place(`images.${name}: ${role}`),
        kind,
        architecture: artefact.architecture ?? "x86_64",
      }),
    ),
  );
  return [...forWorkloads, ...forImages];
}

/** Puts what the stack names into the cache; throws one ConfigError that names all that cannot be had. */
export function obtainFor(stack: Stack): Promise<void> {
  return obtainArtefacts(wantedBy(stack));
}

/** What the world is told of them. */
export function artefactOutputs({ artefacts }: Stack): NonNullable<Outputs["artefacts"]> {
  return Object.fromEntries(
    Object.entries(artefacts).map(([name, artefact]) => [
      name,
      { path: artefactFile(artefact), sha256: artefact.sha256 },
    ]),
  );
}
