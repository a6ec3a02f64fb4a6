/**
 * Whose a difference is between two looks at a host. A real host is not held still while a stack is up: somebody logs in,
 * a service starts a container. So only what is the tool's fails an attestation: what carries the name of the stack or of
 * an object that it touched, what lies in the experiment range, what is named as only this tool names things and no other
 * stack of the host accounts for, and a value that the stack changed and that is not back. Everything else is told.
 */
import type { Look } from "./looks/look.ts";
import type { Seen } from "./snapshot.ts";

export interface TeardownCheck {
  kind: string;
  command: string;
  before: string[];
  after: string[];
  /** What the tool left: each fails the attestation. */
  leftovers: string[];
  /** Was there before and is gone, by nothing that is known of the stack. */
  missing: string[];
  /** Came or changed meanwhile, by nothing that is known of the stack. */
  changed: string[];
  /** Leftover → what takes it away or puts it back. */
  remedies: Record<string, string>;
}

/** What the host's records say of its stacks. */
export interface Known {
  stack: string;
  /** Names of things that the stack touched. */
  names: readonly string[];
  /** Paths of values that the stack changed. */
  values: ReadonlySet<string>;
  /** The other stacks that are on the host, with the names of their things. */
  others: Readonly<Record<string, readonly string[]>>;
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const names = (line: string, name: string) => new RegExp(`(^|[^\\w.-])${literal(name)}($|[^\\w.])`).test(line);

/** Domains and containers, directories, and images carry the stack's own name. */
const carries = (line: string, stack: string) =>
  new RegExp(`gb_${literal(stack)}_|/guestbench/${literal(stack)}(/|\\s|$)| of stack ${literal(stack)}$`).test(line);

/** Names that stacks may give (interfaces, namespaces, bridges begin with gb), and the range of the experiments. */
const TOOL = /(^|[^\w.-])gb[a-z0-9-]+|gb_[a-z0-9-]+_|(?<!\.cache\/)guestbench|(^|[^\d.])198\.1[89]\.\d+\.\d+/;

function whose(line: string, known: Known): "another stack's" | "the stack's" | "the tool's" | "somebody's" {
  const others = Object.entries(known.others);
  if (others.some(([stack, things]) => carries(line, stack) || things.some((name) => names(line, name))))
    return "another stack's";
  if (carries(line, known.stack) || known.names.some((name) => names(line, name))) return "the stack's";
  return TOOL.test(line) ? "the tool's" : "somebody's";
}

type Verdict = Pick<TeardownCheck, "leftovers" | "missing" | "changed" | "remedies">;

function judgeThings(look: Look, before: string[], after: string[], known: Known): Verdict {
  const came = after.filter((line) => !before.includes(line));
  const ours = (line: string) => look.own || ["the stack's", "the tool's"].includes(whose(line, known));
  const leftovers = came.filter(ours);
  return {
    leftovers,
    missing: before.filter((line) => !after.includes(line)),
    changed: came.filter((line) => !leftovers.includes(line)),
    remedies: Object.fromEntries(leftovers.map((line) => [line, look.remedy(line, null, null)])),
  };
}

function valuesIn(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(" = ");
      return [line.slice(0, at), line.slice(at + 3)];
    }),
  );
}

/** A value that was changed by the stack and is not back fails, whoever changed it last; the value found is told. */
function judgeValues(look: Look, before: string[], after: string[], known: Known): Verdict {
  const [was, is] = [valuesIn(before), valuesIn(after)];
  const verdict: Verdict = { leftovers: [], missing: [], changed: [], remedies: {} };
  for (const path of new Set([...was.keys(), ...is.keys()])) {
    const [old = null, now = null] = [was.get(path), is.get(path)];
    if (old === now) continue;
    const line = `${path} ${now === null ? "is gone" : `= ${now}`} (${old === null ? "was not there" : `was ${old}`})`;
    if (known.values.has(path) || whose(`${now}`, known) === "the stack's") {
      verdict.leftovers.push(line);
      verdict.remedies[line] = look.remedy(path, old, now);
    } else verdict[now === null ? "missing" : "changed"].push(line);
  }
  return verdict;
}

/**
 * Compares two looks. Where nobody could look before, only what carries the stack's name is judged. A look that worked
 * then and fails now counts as a leftover: nothing says that nothing is left.
 */
export function judge(kind: string, look: Look, before: Seen | undefined, after: Seen, known: Known): TeardownCheck {
  const { command } = look;
  if (Array.isArray(before) && Array.isArray(after)) {
    const judged = (look.settings ? judgeValues : judgeThings)(look, before, after, known);
    return { kind, command, before, after, ...judged };
  }
  if (Array.isArray(before)) {
    const line = `could not be looked at: ${(after as { failed: string }).failed}`;
    const remedies = { [line]: "run the command on the host by hand" };
    return { kind, command, before, after: [], leftovers: [line], missing: [], changed: [], remedies };
  }
  const lines = Array.isArray(after) && !look.settings ? after : [];
  const named = lines.filter((line) => look.own || whose(line, known) === "the stack's");
  return { kind, command, before: [], after: named, ...judgeThings(look, [], named, known) };
}
