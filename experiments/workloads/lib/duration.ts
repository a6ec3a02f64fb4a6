/** Time limits that follow from what a measurement is expected to take. */

/** Room for a guest under software emulation, which runs tens of times slower than the estimate. */
const emulationFactor = 60;

export function generousTimeoutMs(estimateMs: number): number {
  return 60_000 + emulationFactor * estimateMs;
}

/** For a client that runs for a time it is told, which emulation does not stretch. */
export function clientTimeoutMs(seconds: number): number {
  return 30_000 + 3_000 * seconds;
}

/** Whether a test ran for too little of the time asked for to be one: it was cut short. */
export function isCutShort(seconds: number, askedSeconds: number): boolean {
  return seconds < 0.8 * askedSeconds;
}
