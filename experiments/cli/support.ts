/** The combinations of the registries with every workload, and grouped into lines that people can read. Pure. */
import type { Combination, Status } from "../../infra/matrix.ts";
import { type PlannedGuest, whySkipped } from "../campaign/plan.ts";
import type { Workload } from "../workloads/workload.ts";

export const statusWords: Readonly<Record<Status, string>> = {
  here: "runs here",
  lab: "runs in a lab",
  artefact: "needs an artefact",
  elsewhere: "needs another host",
  planned: "not in this version",
  impossible: "impossible",
};

interface Cell extends Omit<Combination, "offer" | "status"> {
  workload: string;
  status: string;
}

/** platform × image × network × workload. */
export function cellsOf(combinations: readonly Combination[], workloads: readonly Workload[]): Cell[] {
  return combinations.flatMap(({ offer, status, ...combination }) =>
    workloads.map((workload) => {
      const skipped = offer && whySkipped(guestOf(offer), workload);
      const cell = { ...combination, workload: workload.name };
      return skipped
        ? { ...cell, status: statusWords.impossible, runsOn: [], reason: skipped }
        : { ...cell, status: statusWords[status] };
    }),
  );
}

const guestOf = (offer: NonNullable<Combination["offer"]>): PlannedGuest => offer;

export interface Line {
  platforms: string[];
  images: string[];
  networks: string[];
  status: Status;
  runsOn: string[];
  reason: string | null;
  /** Names of the workloads that a guest of it cannot have. */
  skipped: string[];
}

/** Combinations that differ in their platform, image or network alone are one line. */
export function linesOf(combinations: readonly Combination[], workloads: readonly Workload[]): Line[] {
  const perImage = grouped(
    combinations.map(({ platform, image, network, status, runsOn, reason, offer }) => ({
      ...{ platforms: [platform], images: [image], networks: [network], status, runsOn, reason },
      skipped: offer ? workloads.filter((one) => whySkipped(guestOf(offer), one) !== null).map(({ name }) => name) : [],
    })),
    "networks",
  );
  return grouped(grouped(perImage, "images"), "platforms");
}

/** Lines that are alike but for a list are one, with what the lists hold. */
function grouped(lines: readonly Line[], list: "platforms" | "images" | "networks"): Line[] {
  const groups = new Map<string, Line>();
  for (const line of lines) {
    const key = JSON.stringify({ ...line, [list]: [] });
    const group = groups.get(key);
    if (group) group[list] = [...new Set([...group[list], ...line[list]])];
    else groups.set(key, { ...line });
  }
  return [...groups.values()];
}

/** Nobody has run this project with an artefact of theirs so far, and a stand-in is none. */
function missing(status: Status, reason: string | null): string {
  const said = (reason ?? "").replace(/^needs an artefact: /, "");
  return status === "artefact" ? `not yet run with a genuine artefact: ${said}` : `${statusWords[status]}: ${said}`;
}

/** The README's table: what runs or could, and in one sentence what is missing. What is impossible is left to the command. */
export function supportTable(combinations: readonly Combination[], workloads: readonly Workload[]): string {
  const possible = combinations.filter(({ status }) => status !== "impossible" && status !== "planned");
  const rows = linesOf(possible, workloads).map(({ platforms, images, networks, status, runsOn, reason, skipped }) => [
    platforms.join(", "),
    images.join(", "),
    networks.join(", "),
    runsOn.length > 0 ? runsOn.join(", ") : missing(status, reason),
    runsOn.length === 0 ? "" : skipped.length === 0 ? "all" : `all but ${skipped.join(", ")}`,
  ]);
  const head = ["platform", "image", "network", "runs on", "workloads"];
  const table = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const reasons = new Set(
    combinations.filter(({ status }) => status === "planned").flatMap(({ reason }) => reason?.split("; ") ?? []),
  );
  const planned = [...reasons].flatMap((reason) => /^not in this version: (.*)$/.exec(reason)?.[1] ?? []).sort();
  return planned.length === 0 ? table : `${table}\n\nDeclared, and not in this version: ${planned.join("; ")}.`;
}
