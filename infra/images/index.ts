/** What can run in a guest: one line per image. */
import { busybox } from "./busybox.ts";
import { debian } from "./debian.ts";
import { tinyx } from "./tinyx.ts";

export const images = { busybox, debian, tinyx };
