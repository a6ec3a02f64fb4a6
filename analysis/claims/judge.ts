/** The verdict on a claim: what all its assertions together say. */
import { noiseNote, withinNoise } from "../statistics/difference.ts";
import type { Assertion, Claim } from "./claim.ts";
import { type Evidence, gather, type Measured } from "./evidence.ts";
import { guestOf } from "./systems.ts";

export type Verdict = "reproduced" | "contradicted" | "inconclusive" | "not comparable";

export interface JudgedAssertion extends Evidence {
  assertion: Assertion;
  verdict: Verdict;
  /** What the numbers say where only the architecture stands in the way; null where they say nothing. */
  seen: Exclude<Verdict, "not comparable"> | null;
}

export interface Judgement {
  claim: Claim;
  verdict: Verdict;
  /** Why: the bound that is missed, the interval that is too wide, what stands in the way. */
  reason: string;
  assertions: JudgedAssertion[];
  /** The assertion that decided; null where no ratio did. */
  decisive: JudgedAssertion | null;
}

/** What decides first: one assertion that fails is enough; one that cannot be tested leaves the claim untested. */
const gravity: readonly Verdict[] = ["contradicted", "not comparable", "inconclusive", "reproduced"];

export function judge(claim: Claim, campaigns: readonly Measured[]): Judgement {
  if (claim.unsupported) return judgeUnsupported(claim, claim.unsupported, campaigns);
  const assertions = claim.ratios.map((assertion) =>
    judgeAssertion(assertion, gather(claim, assertion, campaigns, claim.ratios.length)),
  );
  const verdict = gravity.find((one) => assertions.some((judged) => judged.verdict === one)) as Verdict;
  const deciding = assertions.filter((judged) => judged.verdict === verdict);
  const decisive = deciding.toSorted((a, b) => slack(a) - slack(b))[0] as JudgedAssertion;
  const seen = seenOf(assertions);
  const reason =
    verdict === "not comparable"
      ? [...new Set(deciding.flatMap(({ obstacles }) => obstacles))].join("; ") +
        (seen === null ? "" : ` (the numbers alone: ${seen})`)
      : reasonOf(decisive);
  return { claim, verdict, reason, assertions, decisive: decisive.ratio === null ? null : decisive };
}

function judgeAssertion(assertion: Assertion, evidence: Evidence): JudgedAssertion {
  const seen = evidence.readable ? compare(assertion, evidence) : null;
  const verdict = evidence.obstacles.length > 0 || seen === null ? "not comparable" : seen;
  return { assertion, ...evidence, seen, verdict };
}

function compare(assertion: Assertion, evidence: Evidence): JudgedAssertion["seen"] {
  const { interval } = evidence;
  const { atLeast, atMost } = assertion;
  if (interval === null || isNoise(assertion, evidence)) return "inconclusive";
  const [least, most] = [atLeast ?? Number.NEGATIVE_INFINITY, atMost ?? Number.POSITIVE_INFINITY];
  if (interval.low >= least && interval.high <= most) return "reproduced";
  return interval.high < least || interval.low > most ? "contradicted" : "inconclusive";
}

/** Which of two is ahead cannot be told from a difference that the same guest shows against itself. */
function isNoise({ atLeast, atMost }: Assertion, { ratio, detectable }: Evidence): boolean {
  const isOrder = (atLeast === 1 && atMost === undefined) || (atMost === 1 && atLeast === undefined);
  return isOrder && ratio !== null && withinNoise(ratio, detectable);
}

function seenOf(assertions: readonly JudgedAssertion[]): string | null {
  if (assertions.some(({ seen }) => seen === null)) return null;
  return gravity.find((one) => assertions.some(({ seen }) => seen === one)) ?? null;
}

/** How far the ratio is inside its bounds, on a logarithmic scale; negative outside. */
function slack({ ratio, assertion }: JudgedAssertion): number {
  if (ratio === null) return Number.POSITIVE_INFINITY;
  const inside = [
    ...(assertion.atLeast === undefined ? [] : [Math.log(ratio / assertion.atLeast)]),
    ...(assertion.atMost === undefined ? [] : [Math.log(assertion.atMost / ratio)]),
  ];
  return Math.min(...inside);
}

function reasonOf(judged: JudgedAssertion): string {
  const { verdict, note, assertion, detectable } = judged;
  if (verdict === "inconclusive" && note === null && isNoise(assertion, judged)) return noiseNote(detectable);
  if (verdict === "inconclusive") return note ?? "the interval reaches over the bound";
  return verdict === "reproduced" ? "every interval lies within its bounds" : "the interval lies outside the bounds";
}

/** Reproduced where such guests are declared and every cell of theirs is skipped with its reason. */
function judgeUnsupported(claim: Claim, systems: readonly string[], campaigns: readonly Measured[]): Judgement {
  const conclude = (verdict: Verdict, reason: string) => ({ claim, verdict, reason, assertions: [], decisive: null });
  const found = systems.flatMap((system) =>
    campaigns.flatMap(({ guests, summary }) => {
      const named = guestOf(claim.study, system, guests);
      const skips = summary.skipped.filter(({ guest }) => guest === (named ?? system));
      const cells = summary.cells.filter(({ guest, median }) => guest === named && median !== null);
      return named === null && skips.length === 0 ? [] : [{ system, skips, cells, guests }];
    }),
  );
  const missing = systems.filter((system) => !found.some((one) => one.system === system));
  if (missing.length > 0) return conclude("not comparable", `no ${missing.join(", ")} in this stack`);
  const ours = new Set(found.flatMap(({ guests }) => Object.values(guests).map(({ architecture }) => architecture)));
  const foreign = [...ours].filter((architecture) => !claim.architectures.includes(architecture));
  if (foreign.length > 0 || ours.size === 0)
    return conclude(
      "not comparable",
      `another architecture: ${foreign.join(", ") || "unknown"}, not ${claim.architectures.join(", ")}`,
    );
  const running = found.filter(({ cells }) => cells.length > 0).map(({ system }) => system);
  if (running.length > 0) return conclude("contradicted", `${running.join(", ")} gave samples`);
  const silent = found.filter(({ skips }) => skips.length === 0).map(({ system }) => system);
  if (silent.length > 0)
    return conclude("inconclusive", `${silent.join(", ")} gave no sample, and no reason is recorded`);
  const reasons = found.flatMap(({ system, skips }) => skips.slice(0, 1).map(({ reason }) => `${system}: ${reason}`));
  return conclude("reproduced", reasons.join("; "));
}
