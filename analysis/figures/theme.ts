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
  // systems of a study, told apart also by those who do not see all colours
  first: { standIn: "#010201", light: "#1f5fa8", dark: "#7db4f0" },
  second: { standIn: "#010202", light: "#b4420f", dark: "#f0955c" },
  third: { standIn: "#010203", light: "#0f766e", dark: "#4fc3b5" },
  fourth: { standIn: "#010204", light: "#8a3a8f", dark: "#d595d9" },
  fifth: { standIn: "#010205", light: "#6b6b00", dark: "#c9c44e" },
  sixth: { standIn: "#010206", light: "#3f4a5a", dark: "#b3bdcb" },
  seventh: { standIn: "#010207", light: "#a3164a", dark: "#f08cad" },
  eighth: { standIn: "#010208", light: "#2f7d1f", dark: "#86cf74" },
} as const;

type Colour = keyof typeof palette;

export const colour = Object.fromEntries(
  Object.entries(palette).map(([name, { standIn }]) => [name, standIn]),
) as Record<Colour, string>;

export const seriesColours: readonly string[] = [
  ...[colour.first, colour.second, colour.third, colour.fourth],
  ...[colour.fifth, colour.sixth, colour.seventh, colour.eighth],
];

/** For drawings that leave this project: the light theme's colours in place of the stand-ins. */
export function withLightColours(text: string): string {
  const values = Object.values(palette);
  return text.replace(/#0\d0\d0\d/g, (found) => values.find(({ standIn }) => standIn === found)?.light ?? found);
}

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
