/** Verdicts as JUnit XML: a suite for each study; contradicted is a failure, what is open or cannot be compared is skipped. */
import type { Measured } from "./evidence.ts";
import type { Judgement } from "./judge.ts";
import { boundsOf, intervalOf } from "./text.ts";

export function junit(judgements: readonly Judgement[], campaigns: readonly Measured[]): string {
  const suites = Map.groupBy(judgements, ({ claim }) => claim.study);
  const properties = campaigns.flatMap(({ summary }, i) => {
    const property = (name: string, value: string) =>
      `      <property name="${name}${i > 0 ? `.${i + 1}` : ""}" value="${escaped(value)}"/>`;
    return [
      property("campaign", summary.campaign),
      property("stack", summary.stack),
      property("host CPU", summary.hostCpu ?? "not recorded"),
      property("environment", summary.environmentHash),
    ];
  });
  const text = [...suites].map(([study, own]) =>
    [
      `  <testsuite name="${study}" ${counts(own)}>`,
      "    <properties>",
      ...properties,
      "    </properties>",
      ...own.map(testcase),
      "  </testsuite>",
    ].join("\n"),
  );
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  return [head, `<testsuites name="guestbench claims" ${counts(judgements)}>`, ...text, "</testsuites>", ""].join("\n");
}

function counts(judgements: readonly Judgement[]): string {
  const failures = judgements.filter(({ verdict }) => verdict === "contradicted").length;
  const passed = judgements.filter(({ verdict }) => verdict === "reproduced").length;
  const skipped = judgements.length - failures - passed;
  return `tests="${judgements.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function testcase(judgement: Judgement): string {
  const { claim, verdict, reason } = judgement;
  const open = `    <testcase classname="${claim.study}" name="${escaped(claim.id)}">`;
  const detail = judgement.assertions.map(
    (one) =>
      `${one.verdict}: ${one.assertion.system} / ${one.assertion.baseline} ${intervalOf(one)}, claimed ${boundsOf(one.assertion)}`,
  );
  const out = `<system-out>${escaped([`${claim.place}: ${claim.says}`, ...detail].join("\n"))}</system-out>`;
  const element =
    verdict === "reproduced"
      ? ""
      : verdict === "contradicted"
        ? `<failure type="contradicted" message="${escaped(reason)}"/>`
        : `<skipped message="${escaped(`${verdict}: ${reason}`)}"/>`;
  return `${open}${element}${out}</testcase>`;
}

/** XML 1.0 has no place for other control characters, escaped or not. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (char) => (char === "\n" || char === "\t" ? char : "\ufffd"))
    .replace(/[&<>"\n]/g, (char) => `&#${char.charCodeAt(0)};`);
}
