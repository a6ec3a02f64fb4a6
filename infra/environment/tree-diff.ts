/** Where two documents differ, field by field; pure. Fields that are named come in a given order, others by name. */

type Tree = Readonly<Record<string, unknown>>;

export interface Difference {
  /** Names of the fields from the top down. */
  path: string[];
  /** null: not there. */
  before: string | null;
  after: string | null;
  /** Of texts and lists: the lines that differ, each after `- ` or `+ `; null for what has a single value. */
  lines: string[] | null;
}

/** Compares `before` with `after`; `order` names fields in the order in which they shall come. */
export function diffTrees(before: Tree, after: Tree, order: readonly string[] = []): Difference[] {
  const rank = new Map(order.map((field, index) => [field, index]));
  const rankOf = (field: string) => rank.get(field) ?? order.length;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(
    (a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1),
  );
  return fields.flatMap((field) => {
    const [old, now] = [before[field], after[field]];
    const found = isTree(old) && isTree(now) ? diffTrees(old, now, order) : diffValues(old, now);
    return found.map((difference) => ({ ...difference, path: [field, ...difference.path] }));
  });
}

function isTree(value: unknown): value is Tree {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function diffValues(old: unknown, now: unknown): Difference[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  const lines = Array.isArray(old) && Array.isArray(now) ? diffLines(old.map(show), now.map(show)) : null;
  return [{ path: [], before: summary(old), after: summary(now), lines }];
}

const show = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** null: not there, or nothing. A whole record or list is told by its size. */
function summary(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.length === 0 ? null : counted(value.length, "line");
  if (isTree(value)) return counted(Object.keys(value).length, "field");
  return show(value);
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Removed and added lines in the order in which they stand, by the longest common subsequence. */
export function diffLines(old: readonly string[], now: readonly string[]): string[] {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) [i, j] = [i + 1, j + 1];
    else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${old[i++]}`);
    else lines.push(`+ ${now[j++]}`);
  }
  return lines;
}
