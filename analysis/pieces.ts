/** Long texts in pieces: none of them is ever in memory as a whole, nor written line by line. */
import type { Summary } from "./summary.ts";

const PIECE_CHARACTERS = 1 << 20;

export function* pieces(parts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** As JSON, a line for each cell: with every sample in it, a summary can be longer than a string may be. */
export function* summaryJson(summary: Summary): Generator<string> {
  for (const [i, [key, value]] of Object.entries(summary).entries()) {
    yield `${i === 0 ? "{\n" : ",\n"}${JSON.stringify(key)}: `;
    if (!Array.isArray(value)) yield JSON.stringify(value);
    else if (value.length === 0) yield "[]";
    else for (const [n, item] of value.entries()) yield `${n === 0 ? "[\n" : ",\n"}${JSON.stringify(item)}`;
    if (Array.isArray(value) && value.length > 0) yield "\n]";
  }
  yield "\n}\n";
}
