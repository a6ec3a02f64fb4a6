/** Every platform: one line each. */
export { bareMetal } from "./bare-metal.ts";
export { docker } from "./docker.ts";
export { kvm } from "./kvm.ts";
export { xen } from "./xen.ts";
