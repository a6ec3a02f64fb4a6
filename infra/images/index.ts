/** What can run in a guest: one line per image. */
import { debian } from "./debian.ts";
import { tinyx } from "./tinyx.ts";

export const images = { debian, tinyx };
