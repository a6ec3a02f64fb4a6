/** Alternating measurements: each side of a ratio runs in turn, so that what else the machine does falls on both. */

export interface Side {
  name: string;
  /** One measurement, in milliseconds. */
  run(): Promise<number>;
}

export interface Row {
  title: string;
  ours: string;
  peer: string;
  result: string;
  goal: string;
  met: boolean | null;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** Runs both sides `times` times in turn, after one uncounted run of each. */
export async function alternate(ours: Side, peer: Side, times: number): Promise<{ ours: number[]; peer: number[] }> {
  await ours.run();
  await peer.run();
  const values = { ours: [] as number[], peer: [] as number[] };
  for (let i = 0; i < times; i++) {
    values.ours.push(await ours.run());
    values.peer.push(await peer.run());
  }
  return values;
}

export async function timed(body: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await body();
  return performance.now() - begun;
}

export const ms = (value: number) => (value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`);

/** A row of the table from the medians of two sides. */
export function ratioRow(
  title: string,
  ours: number[],
  peer: number[],
  names: [string, string],
  goal: number | null,
): Row {
  const ratio = median(ours) / median(peer);
  return {
    title,
    ours: `${names[0]} ${ms(median(ours))}`,
    peer: `${names[1]} ${ms(median(peer))}`,
    result: `${ratio.toFixed(2)} ×  (n = ${ours.length} each)`,
    goal: goal === null ? "shown" : `≤ ${goal} ×`,
    met: goal === null ? null : ratio <= goal,
  };
}
