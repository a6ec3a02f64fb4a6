/** Every image: one line each. */
export { busybox } from "./busybox.ts";
export { debian } from "./debian.ts";
export { tinyx } from "./tinyx.ts";
