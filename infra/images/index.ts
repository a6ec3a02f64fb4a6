/** What can run in a guest, by name. */
import type { ImageRecipe } from "./image.ts";
import * as registry from "./registry.ts";

export const images: Readonly<Record<string, ImageRecipe>> = Object.fromEntries(
  Object.values(registry).map((image) => [image.name, image]),
);
