import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderNotes } from "./containers.ts";
import { parseMarkers, touchedDir } from "./objects.ts";
import { sh } from "./testing.ts";

test("what carries the stack's label in a daemon is noted, with the command that looks for it", () => {
  const dir = mkdtempSync(join(tmpdir(), "gb-containers-"));
  const lists = `case "$*" in *" ps "*) echo gb_local_docker;; *network*) echo gb_local_lan;; *image*) echo guestbench/debian:77;; esac`;
  writeFileSync(join(dir, "docker"), `#!/bin/sh\necho "$*" >>${dir}/asked\n${lists}\n`, { mode: 0o755 });
  const script = renderNotes("local", "unix:///d.sock").replaceAll(touchedDir("local"), join(dir, "touched"));
  expect(sh(script, { PATH: `${dir}:${process.env.PATH}` })).toMatchObject({ ok: true, stderr: "" });
  const files = readdirSync(join(dir, "touched")).sort();
  const markers = parseMarkers(files.map((file) => readFileSync(join(dir, "touched", file), "utf8")));
  expect(markers.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "docker container gb_local_docker",
    "docker image guestbench/debian:77",
    "docker network gb_local_lan",
  ]);
  expect(markers[1]).toMatchObject({
    exists: "docker -H unix:///d.sock image inspect -f '{{.Id}}' guestbench/debian:77",
    remove: "docker -H unix:///d.sock image rm -f guestbench/debian:77",
  });
  expect(readFileSync(join(dir, "asked"), "utf8").match(/--filter label=guestbench.stack=local/g)).toHaveLength(3);
  rmSync(dir, { recursive: true });
});
