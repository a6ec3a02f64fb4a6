/** The name a user most likely meant. */

/** The closest of the candidates, or null where none is close. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const limit = Math.max(2, Math.ceil(name.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(name, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate ?? null;
}

/** A last path part typed alone (`rtt` for `nfvrg2016/rtt`) counts as one edit. */
function distanceTo(name: string, candidate: string): number {
  const last = candidate.slice(candidate.lastIndexOf("/") + 1);
  return Math.min(editDistance(name, candidate), editDistance(name, last) + (last === candidate ? 0 : 1));
}

/** Levenshtein distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** One sentence for an unknown name. */
export function unknown(kind: string, name: string, candidates: readonly string[]): string {
  const meant = nearest(name, candidates);
  const hint = meant ? `did you mean "${meant}"?` : `there are: ${candidates.join(", ")}`;
  return `unknown ${kind} "${name}": ${hint}`;
}
