import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixtureCampaign } from "../fixtures/campaign.ts";
import { type Loaded, loadCampaign } from "../load.ts";
import { compared, differenceAnchor } from "./compared.ts";

let folder: string;
let loaded: Loaded;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guestbench-compared-"));
  await writeFixtureCampaign(folder, {});
  loaded = await loadCampaign(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const text = (given: Loaded) =>
  compared(given)
    .text.replace(/<[^>]+>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");

describe("what differs between the guests", () => {
  it("sets every guest but the baseline beside the baseline, folded, with a place to link to", () => {
    const page = compared(loaded).text;
    expect([...page.matchAll(/<div id="(differs-\d)">/g)].map(([, id]) => id)).toEqual([
      ...["differs-1", "differs-2", "differs-3"],
    ]);
    expect(differenceAnchor(loaded, "tinyx.kvm")).toBe("differs-3");
    expect([differenceAnchor(loaded, "host"), differenceAnchor(loaded, "nobody")]).toEqual([null, null]);
    expect(text(loaded)).toContain("docker and host: 3 differences");
    expect(text(loaded)).toMatch(/platform bare-metal docker/);
  });

  it("shows settings by name and a definition by its lines", () => {
    expect(text(loaded)).toMatch(/vhost – on/);
    expect(text(loaded)).toMatch(/definition: 3 lines \+ &#60;domain&#62; \+ &#60;title&#62;standardvm.kvm/);
  });

  it("does with the plan where no environment was written down", () => {
    expect(text({ ...loaded, environment: null })).toMatch(/platform bare-metal docker/);
  });

  it("without a baseline there is nothing to set beside", () => {
    const without = { ...loaded, campaign: { ...loaded.campaign, baseline: null } };
    expect(text(without)).toContain("names no baseline");
    expect(differenceAnchor(without, "docker")).toBeNull();
  });
});
