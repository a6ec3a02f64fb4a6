/** Places values along a figure's width: linear from zero, or logarithmic where the values span more than a linear scale can show. */
import { LOG_FROM, logTicks } from "./axis.ts";

export interface Scale {
  log: boolean;
  /** Value → units of the figure's coordinate system, to a tenth. */
  place: (value: number) => number;
  ticks: { at: number; text: string }[];
}

/** About so many ticks on a linear scale. */
const LINEAR_TICKS = 5;
/** Wide enough for a digit of a label, with its share of the gap to the next label. */
const DIGIT = 8;

export function scaleOf(values: Iterable<number>, left: number, right: number): Scale {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const log = least > 0 && most / least > LOG_FROM;
  const { low, high, ticks } = log ? logarithmic(least, most) : linear(least, most);
  const of = log ? Math.log : (value: number) => value;
  const place = (value: number) =>
    Math.round((left + ((of(value) - of(low)) / (of(high) - of(low))) * (right - left)) * 10) / 10;
  return { log, place, ticks: apart(ticks.map((tick) => ({ at: place(tick), text: tickText(tick) }))) };
}

function logarithmic(least: number, most: number) {
  const [low, high] = [least / 1.4, most * 1.4];
  return { low, high, ticks: logTicks(low, high) };
}

/** Ends on round numbers. */
function linear(least: number, most: number) {
  const from = Math.min(0, least);
  const to = Math.max(0, most) === from ? from + 1 : Math.max(0, most);
  const rough = (to - from) / LINEAR_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough * 0.999) as number);
  const [first, last] = [Math.floor(from / step + 1e-9), Math.ceil(to / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { low: first * step, high: last * step, ticks };
}

function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential().replace("e+", "e");
  return String(value).replace(/\B(?=(\d{3})+$)/g, size >= 1e4 ? "\u202f" : "");
}

/** Without labels that would touch the one before. */
function apart(ticks: readonly { at: number; text: string }[]): { at: number; text: string }[] {
  const kept: { at: number; text: string }[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (!before || tick.at - before.at >= ((tick.text.length + before.text.length) / 2) * DIGIT) kept.push(tick);
  }
  return kept;
}
