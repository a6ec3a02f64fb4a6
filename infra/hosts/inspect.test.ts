import { describe, expect, test } from "vitest";
import { inspect, parseInspection, renderInspection, whyNot } from "./inspect.ts";
import { thisMachine } from "./shell.ts";
import { sh } from "./testing.ts";

describe("many commands in one go", () => {
  test("each has its own output and exit code; none sees another's, nor the input", () => {
    const commands = ["echo one; echo 'it''s'", "exit 7", "cat; echo end", "cd /; x=3", 'pwd; echo "$x-"; printf bare'];
    const results = inspect(thisMachine, commands);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 7, 0, 0, 0]);
    expect(results.map(({ stdout }) => stdout.trim())).toEqual([
      "one\nits",
      "",
      "end",
      "",
      `${process.cwd()}\n-\nbare`,
    ]);
  });

  test("one that hangs ends at its deadline, and the others are answered", () => {
    const script = renderInspection(["echo before", "sleep 30; echo late", "echo after"], "mark", 1);
    const results = parseInspection(sh(script).stdout.concat("\n"), "mark");
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(["before", "", "after"]);
    expect(results.map((result) => whyNot(result) !== null)).toEqual([false, true, false]);
  });

  test("what was not reached did not come to its end", () => {
    const cut = { ...thisMachine, sh: () => "one\nmark 0\n" };
    expect(inspect(cut, ["echo one", "echo two"]).map(whyNot)).toEqual([
      "did not end within 20 s",
      "did not end within 20 s",
    ]);
  });

  test("no argument is as long as the whole: a host takes none of more than 128 KiB", () => {
    const commands = Array.from({ length: 60 }, (_, n) => `# ${"x".repeat(4000)}\necho ${n}`);
    expect(inspect(thisMachine, commands).map(({ stdout }) => Number(stdout))).toEqual(commands.map((_, n) => n));
  });

  test("a looker carries no stack's name", () => {
    const [result] = inspect(thisMachine, ["tr '\\0' '\\n' </proc/self/environ | grep -c GUESTBENCH_STACK"]);
    expect(result?.stdout.trim()).toBe("0");
    expect(sh(renderInspection(["echo $GUESTBENCH_STACK-"], "m", 5), { GUESTBENCH_STACK: "local" }).stdout).toMatch(
      /^-$/m,
    );
  });
});
