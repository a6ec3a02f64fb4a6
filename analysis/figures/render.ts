/** Vega-Lite → Vega → SVG text, without a browser or a canvas. The same input gives the same bytes. */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { colour, ownStyle, withVariables } from "./theme.ts";

/** Width of every figure's coordinate system: readable at 360 px, at most as wide as a column of the page. */
export const WIDTH = 420;

export interface Figure {
  /** Usable as an id and a file name. */
  slug: string;
  title: string;
  /** What a person who cannot see it needs to know. */
  description: string;
  /** For a page that defines the colour variables. */
  inline: string;
  /** For a file of its own. */
  file: string;
}

export async function renderFigure(
  slug: string,
  title: string,
  description: string,
  spec: TopLevelSpec,
): Promise<Figure> {
  vega.resetSVGDefIds();
  const compiled = compile({ ...spec, config } as TopLevelSpec, { logger: quiet }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: quiet });
  try {
    const drawn = withoutRoles(withVariables(await view.toSVG()));
    const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(drawn) ?? [];
    const body = drawn.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return svgOf(slug, title, description, Number(height), body, Number(width));
  } finally {
    view.finalize();
  }
}

/** The drawing is one image with one description: its parts say nothing of themselves. */
function withoutRoles(svg: string): string {
  return svg.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/ (role|aria-roledescription)="[^"]*"/g, ""));
}

/** A finished drawing with its words; its colours are the page's variables. */
export function svgOf(
  slug: string,
  title: string,
  description: string,
  height: number,
  body: string,
  width = WIDTH,
): Figure {
  const head = (style: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${title}. ${description}`)}">` +
    `<title>${escaped(title)}</title>${style}`;
  const group = `<g font-family="system-ui, sans-serif">${body}</g></svg>`;
  return { slug, title, description, inline: head("") + group, file: `${head(ownStyle)}${group}\n` };
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] as string);
}

/** Vega's warnings (an empty figure, say) are no business of the terminal's. */
const quiet = {
  level: () => quiet,
  error: (...text: readonly unknown[]) => {
    throw new Error(text.map(String).join(" "));
  },
  warn: () => quiet,
  info: () => quiet,
  debug: () => quiet,
};

const config: TopLevelSpec["config"] = {
  background: "transparent",
  aria: false,
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: colour.muted,
    titleColor: colour.muted,
    titleFontWeight: "normal",
    gridColor: colour.rule,
    tickColor: colour.rule,
    domainColor: colour.rule,
  },
};
