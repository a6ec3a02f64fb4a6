import { describe, expect, it } from "vitest";
import { type AsPublished, asPublished } from "../fixtures/as-published.ts";
import { seededRandom } from "../statistics/random.ts";
import type { Assertion, Claim } from "./claim.ts";
import type { Measured } from "./evidence.ts";
import { claims, judgeAll, studies } from "./index.ts";
import { judge } from "./judge.ts";

const BOOTS = 6;

/** Samples around the given values, `factor` times them in cells that it is asked about. */
function measured(from: AsPublished, factor: Factor = () => 1, spread = 0.0005, boots = BOOTS): Measured {
  const random = seededRandom("claims");
  const series = (metric: string, unit: string, centre: number, once: boolean) => {
    const values = Array.from({ length: once ? 1 : boots }, (_, block) => ({
      ...{ value: centre * (1 + spread * (random() + random() - 1)), block, boot: `b${block}`, run: `r${block}` },
    }));
    const sorted = values.map(({ value }) => value).sort((a, b) => a - b);
    return { metric, unit, values, boots: values.length, median: sorted[sorted.length >> 1] as number };
  };
  const cells = from.cells.map(({ cell, value, secondary }) => ({
    ...cell,
    functionalOnly: null,
    ...series(cell.metric, cell.unit, value * factor(cell, cell.metric), cell.stage === "static"),
    secondary: secondary.map((one) => series(one.metric, one.unit, one.value * factor(cell, one.metric), false)),
  }));
  const identity = {
    campaign: "c-1",
    stack: "s",
    hostCpu: "Made-up CPU",
    environmentHash: "0",
    seed: "1",
    quick: false,
  };
  return { guests: from.guests, summary: { ...identity, skipped: from.skipped, cells } };
}

type Factor = (cell: AsPublished["cells"][number]["cell"], metric: string) => number;

const published = (claim: Claim) =>
  asPublished(claim.study, claim.architectures.includes("arm64") ? "arm64" : "x86_64");

/** Takes the system's samples to the far side of a bound; what is left alone stays the same object. */
function altered(here: Measured, { system, of, atLeast, atMost }: Assertion, ratio: number): Measured {
  const factor = atMost === undefined ? (atLeast as number) / ratio / 1.5 : (1.5 * atMost) / ratio;
  const scaled = <S extends { values: readonly { value: number }[]; median: number | null }>(series: S): S => ({
    ...series,
    values: series.values.map((one) => ({ ...one, value: one.value * factor })),
    median: (series.median ?? 0) * factor,
  });
  const cells = here.summary.cells.map((cell) => {
    const meant =
      cell.guest === system &&
      cell.workload === of.workload &&
      Object.entries(of.where ?? {}).every(([key, value]) => cell.parameters[key] === value);
    if (!meant) return cell;
    if (of.metric === undefined) return scaled(cell);
    const secondary = cell.secondary.map((one) => (one.metric === of.metric ? scaled(one) : one));
    return { ...cell, secondary };
  });
  return { ...here, summary: { ...here.summary, cells } };
}

describe("claims", () => {
  it("are there for every study, each under a name of its own", () => {
    expect(new Set(claims.map(({ study }) => study))).toEqual(new Set(studies));
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    for (const { ratios, unsupported } of claims) expect(ratios.length + (unsupported?.length ?? 0)).toBeGreaterThan(0);
  });

  const asMeasured = new Map(claims.map((claim) => [JSON.stringify([claim.study, claim.architectures]), claim]));
  const whole = new Map([...asMeasured].map(([key, claim]) => [key, measured(published(claim))]));
  const campaignOf = (claim: Claim) => whole.get(JSON.stringify([claim.study, claim.architectures])) as Measured;

  it.each(claims)("$id: reproduced by samples as published", (claim) => {
    const { verdict, reason, assertions } = judge(claim, [campaignOf(claim)]);
    const failing = assertions.filter((one) => one.verdict !== "reproduced");
    expect(failing.map(({ assertion, ratio, interval }) => ({ assertion, ratio, interval }))).toEqual([]);
    expect({ verdict, reason }).toMatchObject({ verdict: "reproduced" });
  });

  it.each(claims.filter(({ ratios }) => ratios.length > 0))(
    "$id: contradicted by altered samples, whichever they are",
    (claim) => {
      for (const { assertion, ratio } of judge(claim, [campaignOf(claim)]).assertions) {
        const { verdict, decisive } = judge(claim, [altered(campaignOf(claim), assertion, ratio as number)]);
        expect(verdict, JSON.stringify(assertion)).toBe("contradicted");
        expect(decisive?.interval).not.toBeNull();
      }
    },
  );

  it("unikernels that run on ARMv8 contradict that they do not", () => {
    const claim = claims.find(({ unsupported }) => unsupported) as Claim;
    const here = measured(published(claim));
    const cell = { ...(here.summary.cells[0] as Measured["summary"]["cells"][number]), guest: "osv" };
    expect(judge(claim, [{ ...here, summary: { ...here.summary, cells: [cell] } }]).verdict).toBe("contradicted");
    expect(judge(claim, [{ ...here, summary: { ...here.summary, skipped: [] } }]).verdict).toBe("inconclusive");
    expect(judge(claim, [measured(asPublished("acharya2018"))]).reason).toBe("another architecture: x86_64, not arm64");
  });
});

describe("what cannot be compared, and what is not enough", () => {
  const claim = claims.find(({ id }) => id === "nfvrg2016/rtt-container") as Claim;
  const from = asPublished("nfvrg2016");
  const here = measured(from);
  const changed = (change: Partial<Measured["summary"]>): Measured => ({
    ...here,
    summary: { ...here.summary, ...change },
  });

  it("a quick pass, and guests that are functional only, say nothing", () => {
    const quick = judge(claim, [changed({ quick: true })]);
    expect(quick).toMatchObject({ verdict: "not comparable", reason: "quick pass: sizes were cut", decisive: null });
    const emulated = here.summary.cells.map((cell) => ({
      ...cell,
      functionalOnly: cell.guest.endsWith("kvm") ? "TCG" : null,
    }));
    const { verdict, reason, assertions } = judge(claim, [changed({ cells: emulated })]);
    expect(verdict).toBe("not comparable");
    expect(reason).toBe(
      "standardvm.kvm is functional only (kvm); tinyx.kvm is functional only (kvm); osv.kvm is functional only (kvm)",
    );
    expect(assertions.filter(({ ratio }) => ratio === null)).toHaveLength(3);
  });

  it("another architecture is named, and what the numbers alone say", () => {
    const guests = Object.fromEntries(
      Object.entries(here.guests).map(([name, guest]) => [name, { ...guest, architecture: "arm64" }]),
    );
    const { verdict, reason } = judge(claim, [{ ...here, guests }]);
    expect(verdict).toBe("not comparable");
    expect(reason).toBe("another architecture: arm64, not x86_64 (the numbers alone: reproduced)");
  });

  it("a skipped cell is quoted, a missing guest and a workload that was not run are named", () => {
    const without = (guest: string) => here.summary.cells.filter((cell) => cell.guest !== guest);
    const skip = { guest: "osv.kvm", spec: "s", workload: "rtt", label: "RTT", reason: "not in this version: OSv" };
    const reason = (campaign: Measured) => judge(claim, [campaign]).reason;
    expect(reason(changed({ cells: without("osv.kvm"), skipped: [skip] }))).toBe(
      "osv.kvm skipped: not in this version: OSv",
    );
    expect(reason(changed({ cells: without("osv.kvm") }))).toBe("osv.kvm: rtt was not run");
    const { "osv.kvm": _, ...guests } = here.guests;
    expect(reason({ ...changed({ cells: without("osv.kvm") }), guests })).toBe("no osv.kvm in this stack");
  });

  it("few boots and wide intervals leave it open", () => {
    expect(judge(claim, [measured(from, () => 1, 0.0005, 4)])).toMatchObject({
      verdict: "inconclusive",
      reason: "4 boots: too few for an interval (5 are needed)",
    });
    const wide = measured(from, (cell) => (cell.guest === "container" && cell.workload === "rtt" ? 1.2 : 1), 0.4);
    expect(judge(claim, [wide])).toMatchObject({
      verdict: "inconclusive",
      reason: "the interval reaches over the bound",
    });
  });

  it("an order is not claimed from a difference that an A/A campaign found to be noise", () => {
    const noise = (part: number) => judge(claim, [{ ...here, detectable: { rtt: part } }]);
    expect(noise(0.1).verdict).toBe("reproduced");
    expect(noise(0.3)).toMatchObject({
      verdict: "inconclusive",
      reason: "below the least effect an A/A campaign found detectable, 30.0 %",
    });
  });

  it("two campaigns are taken together on the same host only", () => {
    const of = (platforms: RegExp): AsPublished => ({
      ...from,
      guests: Object.fromEntries(Object.entries(from.guests).filter(([name]) => platforms.test(name))),
      cells: from.cells.filter(({ cell }) => platforms.test(cell.guest)),
    });
    const [kvm, xen] = [measured(of(/kvm|container/)), measured(of(/xen/))];
    expect(judge(claim, [kvm, xen]).verdict).toBe("reproduced");
    const elsewhere = { ...xen, summary: { ...xen.summary, hostCpu: "Other CPU" } };
    expect(judge(claim, [kvm, elsewhere])).toMatchObject({
      verdict: "not comparable",
      reason: "measured on different hosts: Made-up CPU and Other CPU",
    });
  });

  it("judges one study or all", () => {
    expect(judgeAll([here], "nfvrg2016").every(({ verdict }) => verdict === "reproduced")).toBe(true);
    const all = judgeAll([here], null);
    expect(all).toHaveLength(claims.length);
    expect(all.find(({ claim: { study } }) => study === "raho2015")?.verdict).toBe("not comparable");
  });
});
