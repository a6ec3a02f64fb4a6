/**
 * A summary in the OpenMetrics text format 1.0.0, for Prometheus and what reads the like. Units differ by workload, so they are a
 * label and no part of a name. A cell without a value has no line: absent is not zero.
 */
import type { CellSummary, Summary } from "../summary.ts";

interface Family {
  name: string;
  help: string;
  value: (cell: CellSummary) => number | null;
}

const families: readonly Family[] = [
  { name: "guestbench_median", help: "Median of the samples, in the unit of the label.", value: (cell) => cell.median },
  {
    name: "guestbench_interval_low",
    help: "Lower end of the median's 95 % interval.",
    value: (cell) => cell.interval?.low ?? null,
  },
  {
    name: "guestbench_interval_high",
    help: "Upper end of the median's 95 % interval.",
    value: (cell) => cell.interval?.high ?? null,
  },
  {
    name: "guestbench_ratio",
    help: "Median over the baseline guest's median.",
    value: (cell) => cell.ratio?.value ?? null,
  },
  {
    name: "guestbench_ratio_low",
    help: "Lower end of the ratio's 95 % interval.",
    value: (cell) => cell.ratio?.interval?.low ?? null,
  },
  {
    name: "guestbench_ratio_high",
    help: "Upper end of the ratio's 95 % interval.",
    value: (cell) => cell.ratio?.interval?.high ?? null,
  },
  { name: "guestbench_samples", help: "Number of samples.", value: (cell) => cell.n },
  { name: "guestbench_boots", help: "Number of independent boots, visits or looks.", value: (cell) => cell.boots },
  { name: "guestbench_failed_runs", help: "Failed runs, those tried again included.", value: (cell) => cell.failures },
];

export function openMetrics(summary: Summary): string {
  const { campaign, stack, baseline, toolVersion, environmentHash, completeness } = summary;
  const about = {
    ...{ campaign, stack, baseline: baseline ?? "", outcome: completeness.outcome },
    ...{ tool_version: toolVersion, environment_hash: environmentHash, host_cpu: summary.hostCpu ?? "" },
  };
  const lines = [
    ...head("guestbench_campaign", "info", "The campaign that the other metrics are of."),
    `guestbench_campaign_info${labels(about)} 1`,
  ];
  for (const { name, help, value } of families) {
    lines.push(...head(name, "gauge", help));
    for (const cell of summary.cells) {
      const number = value(cell);
      if (number !== null) lines.push(`${name}${labels(labelsOf(summary, cell))} ${number}`);
    }
  }
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function labelsOf({ campaign, stack }: Summary, cell: CellSummary): Record<string, string> {
  const { guest, spec, workload, label, metric, unit, direction, functionalOnly } = cell;
  const names = { campaign, stack, cell: cell.id, guest, spec, workload, label, metric, unit, direction };
  return { ...names, functional_only: String(functionalOnly !== null) };
}

function head(name: string, type: string, help: string): string[] {
  return [`# TYPE ${name} ${type}`, `# HELP ${name} ${help}`];
}

function labels(values: Readonly<Record<string, string>>): string {
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `{${Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",")}}`;
}
