/** Everything that a stack takes from the user. */
import type { Outputs } from "../outputs.ts";
import type { Stack } from "../stack.ts";
import { artefactFile, obtainArtefacts, type Wanted } from "./obtain.ts";

/** Pure: every artefact that the stack names, and what it must be. */
function wantedBy(stack: Stack): Wanted[] {
  return Object.entries(stack.artefacts).map(([name, artefact]) => ({
    artefact,
    field: `stacks/${stack.name}.ts: artefacts.${name}`,
    kind: "file",
    architecture: null,
  }));
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
