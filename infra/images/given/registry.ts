/** Every type of image that the user gives: one line each. */
export { includeos } from "./includeos.ts";
export { linuxkit } from "./linuxkit.ts";
export { mirageos } from "./mirageos.ts";
export { osv } from "./osv.ts";
export { rumprun } from "./rumprun.ts";
