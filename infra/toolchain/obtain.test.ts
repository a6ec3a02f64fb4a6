import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { Origin } from "./cache.ts";
import { cached, obtain, type Place, placesOf } from "./obtain.ts";
import { cli, libvirtProvider } from "./parts.ts";
import { tempDir } from "./paths.ts";

beforeEach(() => {
  vi.stubEnv("GUESTBENCH_CACHE", mkdtempSync(join(tmpdir(), "obtain-")));
});

const silent = () => {};

/** A place that has the program, has nothing, or fails. */
function place(origin: Origin, outcome: "has" | "lacks" | "fails", asked: string[]): Place {
  return {
    origin,
    async take(dir) {
      asked.push(origin);
      if (outcome === "fails") throw new Error(`${origin} is broken`);
      if (outcome === "lacks") return undefined;
      writeFileSync(join(dir, libvirtProvider.program), origin);
      return `from ${origin}`;
    },
  };
}

test("the places are asked in this order", () => {
  const order = ["PATH", "plugin cache", "official release", "built from source"];
  expect(placesOf(cli).map(({ origin }) => origin)).toEqual(order);
});

test("the first place that has the part wins, a failing one is passed over, and the record names the winner", async () => {
  const asked: string[] = [];
  const places = [
    place("PATH", "lacks", asked),
    place("plugin cache", "fails", asked),
    place("official release", "has", asked),
    place("built from source", "has", asked),
  ];
  const obtained = await obtain(libvirtProvider, places, silent);
  expect(asked).toEqual(["PATH", "plugin cache", "official release"]);
  expect(obtained.record).toEqual({
    part: libvirtProvider.id,
    version: libvirtProvider.version,
    origin: "official release",
    source: "from official release",
  });
});

test("a part in the cache is not asked for again", async () => {
  await obtain(libvirtProvider, [place("PATH", "has", [])], silent);
  const asked: string[] = [];
  expect((await obtain(libvirtProvider, [place("official release", "has", asked)], silent)).record.origin).toBe("PATH");
  expect(asked).toEqual([]);
});

test("where no place has it, one error names every failure and nothing is left behind", async () => {
  const places = [place("official release", "fails", []), place("built from source", "fails", [])];
  await expect(obtain(libvirtProvider, places, silent)).rejects.toThrow(
    /cannot be had:\nofficial release is broken\nbuilt from source is broken/,
  );
  expect(await cached(libvirtProvider)).toBeUndefined();
  expect(existsSync(tempDir()) ? readdirSync(tempDir()) : []).toEqual([]);
});
