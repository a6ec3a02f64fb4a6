/** Time limits that follow from what a measurement is expected to take. */

/** Room for a guest under software emulation, which runs tens of times slower than the estimate. */
const emulationFactor = 60;

export function generousTimeoutMs(estimateMs: number): number {
  return 60_000 + emulationFactor * estimateMs;
}
