import { expect, it } from "vitest";
import { campaignEntry } from "../fixtures/folder.ts";
import { reproduceCommand } from "./course.ts";

it("writes a command that a shell reads as meant", () => {
  const campaign = campaignEntry({ seed: "it's $HOME", budgetMs: 90_000, stack: "lab-kvm" });
  expect(reproduceCommand(campaign)).toBe(
    "npx guestbench run quickstart --stack lab-kvm --seed 'it'\\''s $HOME' --min-boots 3 --max-boots 10 --budget 90s",
  );
  expect(reproduceCommand(campaignEntry())).not.toContain("--budget");
});
