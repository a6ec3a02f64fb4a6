/** Every claim of the four studies, and the verdicts of a campaign on them. */
import type { Published } from "../references/published.ts";
import { acharya2018Claims } from "./acharya2018.ts";
import type { Claim } from "./claim.ts";
import type { Measured } from "./evidence.ts";
import { type Judgement, judge } from "./judge.ts";
import { mavridis2019Claims } from "./mavridis2019.ts";
import { nfvrg2016Claims } from "./nfvrg2016.ts";
import { raho2015Claims } from "./raho2015.ts";

export const claims: readonly Claim[] = [
  ...raho2015Claims,
  ...nfvrg2016Claims,
  ...acharya2018Claims,
  ...mavridis2019Claims,
];

export const studies: readonly Published["study"][] = ["raho2015", "nfvrg2016", "acharya2018", "mavridis2019"];

/** Of one study, or of all; from one campaign, or from several on the same host. */
export function judgeAll(campaigns: readonly Measured[], study: string | null): Judgement[] {
  return claims.filter((claim) => study === null || claim.study === study).map((claim) => judge(claim, campaigns));
}
