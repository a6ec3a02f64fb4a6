import { z } from "zod";
import { PAGE_KIB } from "../huge-pages.ts";
import { matching } from "./file-setting.ts";
import { defineSetting } from "./setting.ts";
import { files } from "./shell.ts";

const count = z.number().int().min(0).max(1_048_576);
const amount = z
  .union([count, z.record(z.string().regex(/^node\d{1,3}$/), count)], {
    error: "expected a number of pages, or pages of each NUMA node such as { node0: 512 }",
  })
  .optional();

const SIZES = ["2MiB", "1GiB"] as const;
const file = (size: string, node?: string) =>
  `${node ? `/sys/devices/system/node/${node}` : "/sys/kernel/mm"}/hugepages/hugepages-${PAGE_KIB[size]}kB/nr_hugepages`;

type Wanted = z.output<typeof schema>;
const schema = z
  .strictObject({
    "2MiB": amount.describe("pages of 2 MiB, in all or for each NUMA node"),
    "1GiB": amount.describe("pages of 1 GiB, in all or for each NUMA node"),
  })
  .describe("pages that the host's pools hold at least");

interface Pool {
  size: string;
  node: string | undefined;
  pages: number;
}

/** Every pool that the wanted value speaks of. */
function pools(wanted: Wanted): Pool[] {
  return SIZES.flatMap((size): Pool[] => {
    const pages = wanted[size];
    if (pages === undefined) return [];
    if (typeof pages === "number") return [{ size, node: undefined, pages }];
    return Object.entries(pages).map(([node, each]) => ({ size, node, pages: each }));
  });
}

/**
 * A floor: a pool that holds more is left as it is, so that what others reserve, and what a stack's guests add on top
 * (hugePagePool), is no contradiction. The guests' pages are made after this setting and given back before it: whoever
 * declares both lets the guests' pool follow the setting.
 */
export const hugePages = defineSetting({
  name: "hugePages",
  title: "huge pages",
  schema,
  probe: `show ${SIZES.flatMap((size) => [files(file(size)), files(file(size, "node[0-9]*"))]).join(" ")}`,
  functions: `
holds() { [ "$1" -ge "$2" ]; }
floor() {
  before "$1" || return 0
  [ "$v" -ge "$2" ] || v=$2
  printf '%s\\t%s\\n' "$1" "$v"
}
put() {
  write "$1" "$2" && get "$1" && [ "$v" = "$2" ] && return 0
  # free memory is there, but in pieces
  write /proc/sys/vm/compact_memory 1 || true
  write "$1" "$2"
}
`,
  apply: (wanted) =>
    pools(wanted)
      .map(({ size, node, pages }) => `floor ${file(size, node)} ${pages}`)
      .join("\n"),
  lacks(wanted, { values }) {
    const missing = pools(wanted).find(({ size, node }) => values[file(size, node)] === undefined);
    if (!missing) return null;
    const { size, node } = missing;
    return values[file(size)] === undefined ? `this host has no huge pages of ${size}` : `this host has no ${node}`;
  },
  describe: (values) =>
    SIZES.flatMap((size) => {
      const total = values[file(size)];
      if (total === undefined) return [];
      const each = matching(values, file(size, "node*")).map(([path, pages]) => `${path.split("/")[5]} ${pages}`);
      return [`${total} of ${size}${each.length > 1 && total !== "0" ? ` (${each.join(", ")})` : ""}`];
    }).join(", "),
});
