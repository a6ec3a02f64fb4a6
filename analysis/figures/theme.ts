/**
 * Colours of figures. Vega draws with the stand-ins below; the finished SVG gets CSS variables in their place, so one
 * drawing serves light, dark and print. The page defines the same variables; a figure on its own brings them along.
 */

/** Stand-in colour → variable, light value, dark value. */
const palette = {
  ink: { standIn: "#010101", light: "#1d2430", dark: "#e6e9ef" },
  muted: { standIn: "#020202", light: "#5a6472", dark: "#9aa5b4" },
  rule: { standIn: "#030303", light: "#d9dee5", dark: "#333c49" },
  accent: { standIn: "#040404", light: "#1f5fa8", dark: "#7db4f0" },
  band: { standIn: "#050505", light: "#a9c8ea", dark: "#2f537c" },
  alert: { standIn: "#060606", light: "#b4420f", dark: "#f0955c" },
} as const;

type Colour = keyof typeof palette;

export const colour = Object.fromEntries(
  Object.entries(palette).map(([name, { standIn }]) => [name, standIn]),
) as Record<Colour, string>;

/** `--ink: #1d2430; …` */
export function variables(theme: "light" | "dark"): string {
  return Object.entries(palette)
    .map(([name, values]) => `--${name}: ${values[theme]};`)
    .join(" ");
}

/** Puts the variables where Vega wrote a stand-in colour as an attribute. */
export function withVariables(svg: string): string {
  const names = new Map<string, string>(Object.entries(palette).map(([name, { standIn }]) => [standIn, name]));
  return svg.replace(/<[a-z][^>]*>/gi, (tag) => {
    const styles: string[] = [];
    const bare = tag.replace(/ (fill|stroke)="(#0\d0\d0\d)"/g, (whole, property: string, standIn: string) => {
      const name = names.get(standIn);
      if (name === undefined) return whole;
      styles.push(`${property}:var(--${name})`);
      return "";
    });
    return styles.length === 0 ? bare : bare.replace(/(\s*\/?>)$/, ` style="${styles.join(";")}"$1`);
  });
}

/** For a file of its own: follows the viewer's theme. */
export const ownStyle = `<style>svg{${variables("light")}}@media (prefers-color-scheme: dark){svg{${variables("dark")}}}</style>`;
