import { join } from "node:path";
import { execa } from "execa";
import { expect, test, vi } from "vitest";
import { commands, createProgram } from "./commands.ts";

vi.setConfig({ testTimeout: 30_000 });

const guestbench = (...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { reject: false, stdin: "ignore" });

test("every command says what it does, and is registered once", () => {
  const { commands: defined } = createProgram();
  expect(defined.map((command) => command.name())).toHaveLength(commands.length);
  expect(new Set(defined.map((command) => command.name())).size).toBe(commands.length);
  for (const command of defined) expect(command.description()).not.toBe("");
});

test("--help: exit 0, every command and the exit codes", async () => {
  const { exitCode, stdout } = await guestbench("--help");
  expect(exitCode).toBe(0);
  for (const name of [
    "start",
    "setup",
    "doctor",
    "host",
    "matrix",
    "plan",
    "up",
    "run",
    "noise",
    "destroy",
    "recover",
    "status",
    "report",
    "claims",
    "compare",
    "export",
    "query",
    "env",
    "new",
    "shell",
  ])
    expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  expect(stdout).toMatch(/^ {2}3 .*still there after destroy/m);
});

test.each([
  ["an unknown command", ["rnu"], /unknown command 'rnu'.*did you mean run/is],
  ["an unknown option", ["run", "quickstart", "--sead", "1"], /unknown option '--sead'.*did you mean --seed/is],
  ["a bad duration", ["run", "quickstart", "--budget", "30"], /--budget.*90s, 30m or 2h/s],
  ["a bad count", ["plan", "quickstart", "--min-boots", "0"], /--min-boots.*whole number/s],
  ["a bad percentage", ["compare", "a", "b", "--fail-on-regression", "5"], /--fail-on-regression.*5%/s],
  ["two unknown campaigns", ["compare", "nowhere", "neither"], /nowhere.*neither/s],
  ["an unknown study", ["claims", "raho2016"], /unknown study "raho2016"; did you mean "raho2015"/],
  ["a bad seed", ["plan", "quickstart", "--seed", "a b"], /--seed.*letters/s],
  ["specs where none are taken", ["destroy", "quickstart"], /too many arguments/],
  ["an unknown campaign", ["report", "nowhere"], /unknown campaign "nowhere"|no campaign/],
  ["an unknown format", ["export", "--format", "xml"], /--format.*csv, parquet, json, openmetrics/s],
  ["no format", ["export"], /--format/],
  ["an unknown campaign to export", ["export", "nowhere", "-f", "csv"], /unknown campaign "nowhere"|no campaign/],
  ["a broken query", ["query", "selec 1"], /the query: .*selec|no campaign/s],
  ["an unknown campaign to resume", ["run", "--resume", "nowhere"], /unknown campaign "nowhere"|no campaign/],
  ["an unknown stack", ["up", "--stack", "locla"], /unknown stack "locla"; did you mean "local"/],
  ["an unknown spec and an unknown stack at once", ["run", "quikstart", "--stack", "locla"], /quickstart.*"locla"/s],
  ["more boots at least than at most", ["plan", "quickstart", "--min-boots", "5", "--max-boots", "2"], /--min-boots 5/],
  ["no spec", ["run"], /which spec/],
  ["a guest to measure twice that is not there", ["noise", "--guest", "dokcer"], /unknown guest "dokcer"|needs root/],
  ["a bad port", ["host", "scan", "192.0.2.7", "--port", "ssh"], /--port.*1 to 65535/s],
  ["a bad address", ["host", "scan", "--", "-oProxyCommand=x"], /expected a host name, an address/],
  [
    "a host without address",
    ["run", "quickstart", "--stack", "mavridis2019"],
    /host\.access\.address: not set.*config set/s,
  ],
  [
    "the same for up",
    ["up", "--stack", "mavridis2019"],
    /host\.access\.address: not set.*host\.access\.hostKey: not set/s,
  ],
  ["the same for doctor", ["doctor", "--stack", "mavridis2019"], /host\.access\.address: not set/],
  ["a host that nothing runs on", ["up", "--stack", "raho2015-kvm"], /no guest runs on ARMv7/],
])("%s: exit 2, a message without a stack trace, nothing on stdout", async (_, args, message) => {
  const { exitCode, stdout, stderr } = await guestbench(...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe("");
  expect(exitCode).toBe(2);
});

test("a plan for a host that cannot be asked says so first, and why guests are left out", async () => {
  const { exitCode, stdout } = await guestbench("plan", "quickstart", "--stack", "nfvrg2016-kvm");
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")[0]).toBe(
    "planned from what stacks/nfvrg2016-kvm.ts declares; the host was not asked: no address is set",
  );
  expect(stdout).toMatch(/^ {2}ping RTT +ms +container standardvm\.kvm tinyx\.kvm$/m);
  expect(stdout).toMatch(
    /^ {2}osv\.kvm +everything +needs an artefact: OSv's loader-stripped\.elf and usr\.img, in the stack's images$/m,
  );
  expect(stdout).toMatch(/^Preview +left out/m);
});

test("the same as JSON", async () => {
  const { stdout } = await guestbench("plan", "quickstart", "--stack", "raho2015-kvm", "--json");
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({ assumed: "no address is set", cells: [], preview: { changes: null } });
  expect(plan.skipped).toContainEqual(
    expect.objectContaining({ guest: "kvm", reason: expect.stringMatching(/^KVM on ARMv7 left Linux in 5\.7/) }),
  );
});

test("status of a stack that never ran, as text and as JSON", async () => {
  const text = await guestbench("status", "--stack", "never");
  expect(text.stdout).toBe("stack never: nothing is running\nno campaign yet");
  const { stdout } = await guestbench("status", "--stack", "never", "--json");
  expect(JSON.parse(stdout)).toEqual({ stack: "never", command: null, campaign: null });
});
