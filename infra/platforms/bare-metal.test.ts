import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { chrootScript } from "./bare-metal.ts";

/** Runs the script for a tree that does not exist, with a stand-in for mount: nothing is mounted, nothing runs. */
const run = (mount: string) =>
  spawnSync("sh", ["-c", `mount() { ${mount}; }\n${chrootScript("/nonexistent/tree")}`, "guestbench", "echo ran"], {
    encoding: "utf8",
  });

test("mounts what programs need below the tree, then runs the command there as one word", () => {
  const { stdout, stderr } = run('echo "$@"');
  expect(stdout.split("\n").filter(Boolean)).toEqual([
    "--rbind /proc /nonexistent/tree/proc",
    "--rbind /sys /nonexistent/tree/sys",
    "--rbind /dev /nonexistent/tree/dev",
    "-t tmpfs none /nonexistent/tree/tmp",
  ]);
  expect(stderr).toMatch(/chroot: .*nonexistent/);
  expect(chrootScript("/t")).toMatch(/ && exec chroot "\$t" \/bin\/sh -c "\$1"$/);
});

test("nothing runs where a mount fails", () => {
  const { status, stdout, stderr } = run('echo "$2"; [ "$2" != /sys ]');
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "/proc\n/sys\n", stderr: "" });
});
