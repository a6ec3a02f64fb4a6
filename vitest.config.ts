/**
 * Test stages, one after the other: unit needs nothing but Node; recorded runs every host setting's scripts in several shells
 * on recorded hosts; slow simulates campaigns to see what the statistics are worth, and checks scratch copies of the project;
 * host makes namespaces and bridges; e2e runs the real engine and real guests; lab boots emulated hosts, and guests on every
 * kind of switch.
 */
import { defineConfig } from "vitest/config";

const dirs = ["stacks", "infra", "experiments", "analysis"];
const files = (suffix: string) => dirs.map((dir) => `${dir}/**/*.${suffix}.ts`);
const special = [
  ...files("slow.test"),
  ...files("host.test"),
  ...files("engine.test"),
  ...files("e2e.test"),
  ...files("lab.test"),
];
/** What does not disturb others, and is not measured, has every core. */
const everyCore = { maxWorkers: "100%" };
const recorded = ["infra/hosts/settings/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: files("test"),
          exclude: [...special, ...recorded],
          testTimeout: 20_000,
          ...everyCore,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "recorded",
          include: recorded,
          exclude: special,
          testTimeout: 20_000,
          ...everyCore,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "slow",
          include: files("slow.test"),
          testTimeout: 300_000,
          ...everyCore,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "host",
          include: [...files("host.test"), ...files("engine.test")],
          fileParallelism: false,
          testTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "e2e",
          include: files("e2e.test"),
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "lab",
          include: files("lab.test"),
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: dirs.map((dir) => `${dir}/**/*.ts`),
      exclude: ["**/*.test.ts", "**/fixtures/**"],
      reporter: ["text-summary"],
    },
  },
});
