/** Finds the name the user may have meant. */

/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (r: number, c: number) => (r === i ? row[c] : rows[r]?.[c]) ?? Number.POSITIVE_INFINITY;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Number.POSITIVE_INFINITY;
}

/** The nearest of the names; null where none is near enough to be worth a guess. */
export function nearest(name: string, names: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  let best: { name: string; score: number } | null = null;
  for (const candidate of names) {
    const low = candidate.toLowerCase();
    const part = wanted.length > 2 && (low.includes(wanted) || low.split("/").at(-1) === wanted);
    const score = part ? 0.5 : distance(wanted, low);
    if (best === null || score < best.score) best = { name: candidate, score };
  }
  return best !== null && best.score <= Math.max(2, Math.floor(name.length / 2)) ? best.name : null;
}

/** One sentence for an unknown name: what was asked for, what was probably meant, what there is. */
export function unknownName(kind: string, name: string, names: readonly string[]): string {
  const guess = nearest(name, names);
  const known = names.length === 0 ? "there are none" : `known: ${names.join(", ")}`;
  return `unknown ${kind} "${name}"${guess === null ? "" : `; did you mean "${guess}"?`} (${known})`;
}
