/** Verdicts for a terminal: what was measured where, then each claim with the interval that it rests on. */
import { interval, number, plural } from "../format.ts";
import type { Assertion } from "./claim.ts";
import type { Measured } from "./evidence.ts";
import type { JudgedAssertion, Judgement, Verdict } from "./judge.ts";

const verdicts: readonly Verdict[] = ["reproduced", "contradicted", "inconclusive", "not comparable"];

export function claimsText(judgements: readonly Judgement[], campaigns: readonly Measured[]): string {
  const parts = [...Map.groupBy(judgements, ({ claim }) => claim.study)].map(([study, own]) => {
    const lines = own.flatMap((judgement) => [
      `  ${judgement.verdict.padEnd(14)}  ${judgement.claim.id}: ${judgement.claim.says} (${judgement.claim.place})`,
      ...details(judgement).map((line) => `                  ${line}`),
    ]);
    return [`${study}: ${tally(own)}`, ...lines].join("\n");
  });
  return [...campaigns.map(environmentLine), "", parts.join("\n\n"), ...legend(judgements)].join("\n");
}

function tally(judgements: readonly Judgement[]): string {
  const count = (verdict: Verdict) => judgements.filter((one) => one.verdict === verdict).length;
  const said = verdicts.filter((verdict) => count(verdict) > 0).map((verdict) => `${count(verdict)} ${verdict}`);
  return `${plural(judgements.length, "claim")}, ${said.join(", ")}`;
}

function environmentLine({ summary, guests }: Measured): string {
  const accelerators = [...new Set(Object.values(guests).map(({ accelerator }) => accelerator))].join(", ");
  const architectures = [...new Set(Object.values(guests).map(({ architecture }) => architecture))].join(", ");
  const cpu = summary.hostCpu ?? "CPU not recorded";
  return `Campaign ${summary.campaign} on ${summary.stack}: ${cpu}, ${architectures}, accelerators ${accelerators}, environment ${summary.environmentHash.slice(0, 12)}${summary.quick ? "; quick pass: sizes were cut" : ""}`;
}

function details({ decisive, assertions, reason }: Judgement): string[] {
  if (decisive === null) return [reason];
  const { assertion } = decisive;
  const others = assertions.length > 1 ? `, the closest of ${plural(assertions.length, "comparison")}` : "";
  const ratio = `${assertion.system} / ${assertion.baseline} = ${intervalOf(decisive)}, claimed ${boundsOf(assertion)}${others}`;
  return decisive.verdict === "reproduced" ? [ratio] : [ratio, reason];
}

export function intervalOf({ ratio, interval: range }: Pick<JudgedAssertion, "ratio" | "interval">): string {
  if (ratio === null) return "no ratio";
  return range === null ? `${number(ratio)}, no interval` : `${number(ratio)} ${interval(range)}`;
}

export function boundsOf({ atLeast, atMost }: Assertion): string {
  if (atLeast !== undefined && atMost !== undefined) return `${number(atLeast)} to ${number(atMost)}`;
  return atLeast === undefined ? `at most ${number(atMost ?? Number.NaN)}` : `at least ${number(atLeast)}`;
}

function legend(judgements: readonly Judgement[]): string[] {
  if (judgements.every(({ decisive }) => decisive === null)) return [];
  return [
    "",
    "Ratios of medians with 95 % bootstrap intervals over boots, which hold for all comparisons of a claim together;",
    "over several cells, the geometric mean of their ratios.",
  ];
}
