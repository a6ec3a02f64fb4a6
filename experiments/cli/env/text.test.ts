import { describe, expect, test } from "vitest";
import { diffEnvironments, type Environment } from "../../../infra/environment/index.ts";
import { testEnvironment } from "../../../infra/environment/testing.ts";
import { markdown } from "./markdown.ts";
import { differenceList, diffText } from "./text.ts";

const diff = (change: (environment: Environment) => void) =>
  diffEnvironments(testEnvironment(), testEnvironment(change));

const several = (environment: Environment) => {
  environment.firmware.microcode = ["0x2"];
  environment.settings.KSM = "1";
  environment.settings.swappiness = "10";
};

describe("for a terminal", () => {
  test("groups under their titles, values aligned, lists as lines", () => {
    expect(diffText("local as locked", "campaign x", diff(several))).toBe(
      [
        "local as locked → campaign x: 3 differences",
        "Firmware and mitigations",
        "  microcode",
        "    - 0x1",
        "    + 0x2",
        "",
        "Host settings",
        "  KSM         0 → 1",
        "  swappiness  60 → 10",
      ].join("\n"),
    );
  });

  test("nothing differs", () => {
    const none = diff(() => {});
    expect(diffText("a", "b", none)).toBe("a → b: no difference");
    expect(differenceList(none, "As locked.")).toBe("As locked.");
  });

  test("many packages and long values are folded", () => {
    const text = differenceList(
      diff(({ images, settings }) => {
        for (let i = 0; i < 40; i++) Object.assign(images?.debian?.packages ?? {}, { [`p${i}`]: "1" });
        settings.KSM = "y".repeat(500);
      }),
    );
    expect(text).toContain("  debian › packages › p0   none → 1");
    expect(text).toContain("… and 28 more beside them");
    expect(text).toMatch(/KSM {2}0 → y{99}…$/m);
    expect(text.split("\n").length).toBeLessThan(20);
  });

  test("what was not captured is said", () => {
    const text = differenceList(diff((environment) => Object.assign(environment, { guests: null, images: null })));
    expect(text).toBe("Not compared, as one side was captured while its stack was down: images, guests.");
  });
});

describe("as Markdown", () => {
  test("a table for each group, a block for each text", () => {
    expect(markdown("HEAD~1", "now", diff(several))).toBe(
      [
        "**HEAD\\~1 → now**: 3 differences",
        "### Firmware and mitigations",
        "microcode",
        "```diff\n- 0x1\n+ 0x2\n```",
        "### Host settings",
        "| what | HEAD\\~1 | now |\n|---|---|---|\n| KSM | 0 | 1 |\n| swappiness | 60 | 10 |",
      ].join("\n\n"),
    );
  });

  test("nothing in a value becomes Markdown or HTML", () => {
    const text = markdown(
      "a|b",
      "<b>",
      diff(({ settings, guests }) => {
        settings.KSM = "<script>|`x`\n| y [z](w)";
        (guests?.["a.vm"]?.definition as string[])[1] = "```\n</details>";
      }),
    );
    expect(text).toContain("| KSM | 0 | \\<script\\>\\|\\`x\\` \\| y \\[z\\](w) |");
    expect(text).toContain("````diff\n");
    expect(text).toContain("**a\\|b → \\<b\\>**");
  });
});
