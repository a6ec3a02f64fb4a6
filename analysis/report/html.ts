/** A template tag that escapes every value put into it, unless that is itself HTML made by the tag. */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

/** html`<td>${anything}</td>`: strings and numbers are escaped, arrays joined; null, undefined and false are left out. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((text, i) => (i === 0 ? text : `${render(values[i - 1])}${text}`)).join(""));
}

/** Text that is HTML already. Only for what this project makes itself: its style sheet and its figures. */
export function trusted(text: string): Html {
  return new Html(text);
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return String(value).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
