import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { platformDrivers } from "./index.ts";

test("every platform in this folder is registered", () => {
  const declared = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => /= definePlatform\(/.test(readFileSync(join(import.meta.dirname, name), "utf8")))
    .map((name) => name.replace(/\.ts$/, ""));
  expect(platformDrivers.map(({ platform }) => platform).sort()).toEqual(declared.sort());
});

describe.each(platformDrivers.map((driver) => [driver.platform, driver] as const))("%s", (platform, { schema }) => {
  test("its guests are told by its name, and no field is unknown", () => {
    const { shape } = schema;
    expect(shape.platform.safeParse(platform).success).toBe(true);
    expect(shape.platform.safeParse("other").success).toBe(false);
    expect(schema.safeParse({ platform, image: "debian", address: "198.18.0.9", unknown: 1 }).success).toBe(false);
  });
});
