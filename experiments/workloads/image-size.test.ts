import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { WorkloadError } from "../../infra/errors.ts";
import imageSize from "./image-size.ts";
import { fakeContext } from "./lib/fake-context.ts";

it("adds up what boots and names the parts", async () => {
  const folder = await mkdtemp(join(tmpdir(), "guestbench-size-"));
  try {
    await writeFile(join(folder, "vmlinuz"), Buffer.alloc(2_500));
    const imageFiles = [
      { path: join(folder, "vmlinuz"), role: "kernel", bytes: 2_000_000 },
      { path: "sha256:0123", role: "layer", bytes: 400_000 },
      { path: "sha256:4567", role: "layer", bytes: 100_000 },
    ];
    const { context, raw } = fakeContext({ parameters: {}, guest: { imageFiles } });
    const metadata = { "kernel MB": 2, "layer MB": 0.5, [`bytes now: ${join(folder, "vmlinuz")}`]: 2_500 };
    expect(await imageSize.run(context)).toEqual([{ metric: "image size", value: 2.5, unit: "MB", metadata }]);
    expect(JSON.parse(raw.get("image-size.json") ?? "")).toHaveLength(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("fails where nothing boots or nothing is in the files", async () => {
  const none = fakeContext({ parameters: {}, guest: { imageFiles: [] } });
  await expect(imageSize.run(none.context)).rejects.toThrow(WorkloadError);
  const empty = fakeContext({ parameters: {}, guest: { imageFiles: [{ path: "/x", role: "disk", bytes: 0 }] } });
  await expect(imageSize.run(empty.context)).rejects.toThrow(/image files are empty: \/x/);
});
