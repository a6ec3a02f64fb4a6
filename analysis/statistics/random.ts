/** Seeded random numbers (xmur3 to spread the seed text, sfc32 to draw), so that a report is the same byte by byte. */

export type Random = () => number;

/** A generator of numbers in [0, 1) that is a pure function of the text. */
export function seededRandom(seed: string): Random {
  let h = 1779033703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    h = Math.imul(h ^ seed.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  const word = () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h | 0;
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
}

/** The same generator by whole words of 32 bits, filled many at a time: a call for each would cost more than the number. */
export function seededWords(seed: string): (words: Uint32Array) => void {
  const random = seededRandom(seed);
  const word = () => (random() * 4294967296) | 0;
  let [a, b, c, d] = [word(), word(), word(), 1];
  return (words) => {
    for (let i = 0; i < words.length; i++) {
      const t = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      words[i] = t;
    }
  };
}
