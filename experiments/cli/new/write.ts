/** Writes what `guestbench new` adds, and nothing that is there already. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError } from "../../../infra/errors.ts";
import { projectDir } from "../../../infra/toolchain/paths.ts";
import type { NewKind } from "../new.ts";
import { print } from "../output.ts";
import { type Addition, templates } from "./templates/index.ts";

const PART = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function writeNew(kind: NewKind, name: string, root: string = projectDir()): void {
  const parts = name.split("/");
  if (parts.length > (kind === "spec" ? 2 : 1) || !parts.every((part) => PART.test(part)))
    throw new ConfigError(
      `"${name}" is no name of a ${kind}: expected a-z, 0-9 and single dashes${kind === "spec" ? ", after its study and / where it has one" : ""}`,
    );
  const { files, registry, line } = templates[kind](name, camel(name));
  const there = Object.keys(files).filter((path) => existsSync(join(root, path)));
  if (there.length > 0) throw new ConfigError(there.map((path) => `${path} is already there`));
  for (const [path, { text, executable }] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: executable ? 0o755 : 0o644 });
    print(`wrote ${path}`);
  }
  register(join(root, registry), line);
  print(`wrote its line in ${registry}\nNext: fill in what its comments ask for, then npm run check`);
}

/** mine/tcp-rtt → mineTcpRtt */
const camel = (name: string) => name.replaceAll(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Puts the line where its path has its place among the others. */
function register(file: string, line: Addition["line"]): void {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const path = (text: string) => /"(.*)"/.exec(text)?.[1] ?? "";
  const after = lines.findIndex((text) => text.startsWith("export") && path(text) > path(line));
  lines.splice(after === -1 ? lines.length : after, 0, line);
  writeFileSync(file, `${lines.join("\n")}\n`);
}
