import { describe } from "vitest";
import { root, sh } from "../testing.ts";
import { settingsOnRealHost } from "./real-host.ts";

describe.skipIf(!root)("this machine", () => {
  settingsOnRealHost({ sh, stack: `unittest-settings-${process.pid}`, disposable: false });
});
