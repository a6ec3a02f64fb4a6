/** How a command reaches a guest, the client or the host. */
export { runCommand } from "./command.ts";
export { type HostRun, readHostFile } from "./host-side.ts";
export { waitReady } from "./ready.ts";
export { createContext, marks, startGuest } from "./runner.ts";
