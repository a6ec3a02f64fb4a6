/** How a command reaches a guest, the client or the host. */
export { runCommand } from "./command.ts";
export { consoleTail, hasPower, waitReady } from "./ready.ts";
export { type ContextOptions, createBootContext, createContext, marks, startGuest } from "./runner.ts";
