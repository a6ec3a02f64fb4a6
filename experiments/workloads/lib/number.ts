/** Numbers as they are stored: enough digits to lose nothing that was measured. */
export function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
