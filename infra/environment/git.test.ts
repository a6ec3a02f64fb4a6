import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { lockAt } from "./git.ts";
import { renderEnvironment } from "./schema.ts";
import { testEnvironment } from "./testing.ts";

const repository = mkdtempSync(join(tmpdir(), "gb-git-"));
const stacks = join(repository, "stacks");
const git = (...args: string[]) => {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  execFileSync("git", ["-C", repository, ...identity, ...args], { stdio: "ignore" });
};
const commit = (name: string, text: string) => {
  writeFileSync(join(stacks, name), text);
  git("add", "-A");
  git("commit", "-m", name);
};
const withKernel = (release: string) =>
  renderEnvironment(
    testEnvironment(({ kernel }) => {
      kernel.release = release;
    }),
  );

beforeAll(() => {
  mkdirSync(stacks);
  git("init", "--initial-branch=main");
  commit("local.lock.json", withKernel("6.1"));
  git("tag", "v1");
  commit("local.lock.json", withKernel("6.2"));
  commit("broken.lock.json", "{");
});
afterAll(() => rmSync(repository, { recursive: true }));

describe("a lock as it was", () => {
  test.each([
    ["HEAD", "6.2"],
    ["HEAD~2", "6.1"],
    ["v1", "6.1"],
    ["main", "6.2"],
  ])("at %s", (revision, release) => {
    expect(lockAt(revision, "local", stacks).kernel.release).toBe(release);
  });

  test.each([
    ["HAED", "local", /git knows no revision "HAED"/],
    ["--help", "local", /git knows no revision "--help"/],
    ["HEAD:stacks", "local", /git knows no revision/],
    ["HEAD", "locla", /unknown lock "locla"; did you mean "local"\? .*in revision HEAD/],
    ["v1", "broken", /unknown lock "broken".*in revision v1/],
    ["HEAD", "broken", /broken\.lock\.json of HEAD: not JSON/],
  ])("%s:%s is refused", (revision, stack, message) => {
    const read = () => lockAt(revision, stack, stacks);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
  });

  test("outside of a repository there are none", () => {
    const outside = mkdtempSync(join(tmpdir(), "gb-no-git-"));
    expect(() => lockAt("HEAD", "local", outside)).toThrow(/in no git repository/);
    rmSync(outside, { recursive: true });
  });
});
