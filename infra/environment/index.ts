/** The front door: environments captured, locked, read back from anywhere, and compared. */
export {
  diffEnvironments,
  type EnvironmentDiff,
  type EnvironmentDifference,
  groupTitles,
  labelOf,
  sentences,
} from "./diff.ts";
export { lockAt } from "./git.ts";
export { knownOutputs } from "./known-outputs.ts";
export { lockFile, readEnvironment, readLock, writeLock } from "./lock.ts";
export { probeScript } from "./probe-script.ts";
export { type Environment, groups, renderEnvironment } from "./schema.ts";
