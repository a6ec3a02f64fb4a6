import { expect, test } from "vitest";
import { testEnvironment } from "../../infra/environment/testing.ts";
import { ConfigError } from "../../infra/errors.ts";
import { assertResumable, assertSameDefinition, assertSameEnvironment, differences } from "./resume.ts";
import { CampaignState } from "./state.ts";
import { testbed } from "./testbed.ts";

const { campaign } = testbed();
const at = "2026-01-01T00:00:00.000Z";
const finished = (outcome: "complete" | "failed") =>
  new CampaignState(campaign, [{ event: "campaign.finished", at, outcome, error: null }]);

test("a complete campaign is not resumed; one that failed is", () => {
  expect(() => assertResumable(campaign, finished("complete"))).toThrow(/is complete/);
  expect(() => assertResumable(campaign, finished("failed"))).not.toThrow();
});

test("refuses another definition and says what differs", () => {
  expect(() => assertSameDefinition(campaign, structuredClone(campaign))).not.toThrow();
  const guests = { vm: { vcpus: 2 } } as never;
  expect(() => assertSameDefinition(campaign, { ...campaign, guests })).toThrow(ConfigError);
  expect(() => assertSameDefinition(campaign, { ...campaign, guests })).toThrow(
    /guests\.vm: was nothing, is \{"vcpus":2\}/,
  );
  const fewer = campaign.cells.slice(1);
  expect(() => assertSameDefinition(campaign, { ...campaign, cells: fewer })).toThrow(/cells\.a\.vm\|test\/all\|size/);
  expect(() => assertSameDefinition(campaign, { ...campaign, cells: [...campaign.cells].reverse() })).not.toThrow();
});

test("refuses another environment and says what differs", () => {
  const other = testEnvironment((environment) => {
    environment.kernel.release = "6.2";
  });
  expect(() => assertSameEnvironment(campaign, testEnvironment(), testEnvironment())).not.toThrow();
  expect(() => assertSameEnvironment(campaign, testEnvironment(), other)).toThrow(/Kernel: release: was 6\.1, is 6\.2/);
});

test("differences are few and short", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, "x".repeat(500)]));
  const list = differences({}, many);
  expect(list).toHaveLength(5);
  expect(list.every((line) => line.length < 120)).toBe(true);
});
