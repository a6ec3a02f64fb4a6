import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000 });

const script = `
  import { watchSignals } from ${JSON.stringify(join(import.meta.dirname, "signals.ts"))};
  const watch = watchSignals("local", 300);
  watch.signal.addEventListener("abort", () => console.log("aborted by", watch.interrupted().message));
  setInterval(() => {}, 1000);
  console.log("ready");
`;

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: the first asks for a clean end, the second ends at once with %i", async (name, code) => {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  const output = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    output.out += data;
  });
  child.stderr.on("data", (data) => {
    output.err += data;
  });
  await once(child.stdout, "data");
  child.kill(name);
  await expect.poll(() => output.out, { timeout: 10_000 }).toContain(`aborted by interrupted by ${name}`);
  child.kill(name);
  await delay(50);
  expect(child.exitCode, "both within one press are one").toBeNull();
  await delay(300);
  child.kill(name);
  const [exitCode] = await once(child, "close");
  expect(exitCode).toBe(code);
  expect(output.err).toMatch(/run `guestbench recover --stack local`/);
});

test("an error that nobody caught asks for a clean end as well", async () => {
  const child = spawn(process.execPath, [
    "--input-type=module-typescript",
    "-e",
    `${script}; watch.interrupted = () => ({ message: watch.signal.reason.message });
     setTimeout(() => { throw new Error("oops"); }); setTimeout(() => process.exit(7), 200);`,
  ]);
  let out = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  const [exitCode] = await once(child, "close");
  expect(out).toContain("aborted by oops");
  expect(exitCode).toBe(7);
});
