/** The value axis shared by every figure: linear from zero, or logarithmic where the values span more than a linear scale can show. */

/** A wider range than this is drawn on a logarithmic scale. */
export const LOG_FROM = 50;

export interface ValueAxis {
  log: boolean;
  /** Encoding of a field on the x axis. */
  x: { field: string; type: "quantitative"; scale: object; axis: object };
}

export function valueAxis(
  values: readonly number[],
  title: (scale: string) => string,
  ticks: number,
  always = false,
): ValueAxis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const log = least > 0 && (always || most / least > LOG_FROM);
  const scale = log
    ? { type: "log", domain: [least / 1.4, most * 1.4], nice: false }
    : { domain: [Math.min(0, least), most === 0 ? 1 : most], nice: true, zero: true };
  const axis = {
    title: title(log ? ", logarithmic" : ""),
    format: ",~r",
    domain: false,
    labelFlush: true,
    labelOverlap: true,
    ...(log ? { values: logTicks(least / 1.4, most * 1.4) } : { tickCount: ticks }),
  };
  return { log, x: { field: "value", type: "quantitative", scale, axis } };
}

/** Powers of ten, with their doubles and fives between where there are few. */
export function logTicks(low: number, high: number): number[] {
  const factors = Math.log10(high / low) < 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let e = Math.floor(Math.log10(low)); 10 ** e <= high; e++)
    for (const factor of factors) ticks.push(Number(`${factor}e${e}`));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** A vertical position given in pixels from the top. */
export function pixels(height: number) {
  return {
    type: "quantitative",
    axis: null,
    scale: { domain: [0, height], range: [0, height], zero: false, nice: false },
  };
}
