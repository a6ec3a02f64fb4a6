/** The doctor's findings, for people and for programs. */
import { doctor } from "../../infra/doctor.ts";
import { exitCodes } from "./fail.ts";
import { columns, print, printJson } from "./output.ts";
import { chooseProgress } from "./progress.ts";

const marks = { ok: "ok", warn: "warning", missing: "missing" };

export async function showDoctor(options: { json?: true }): Promise<number> {
  const findings = await chooseProgress({ json: true }).step("Look at this machine", 6_000, () => doctor());
  if (options.json) printJson(findings);
  else {
    print(columns(findings.checks.map((check) => [marks[check.status], check.title, check.detail])));
    const remedies = findings.checks.filter((check) => check.status !== "ok" && check.remedy !== null);
    if (remedies.length > 0)
      print(
        `\nWhat to do\n${columns(
          remedies.map((c) => [c.title, c.remedy ?? ""]),
          "  ",
        )}`,
      );
  }
  return findings.ok ? exitCodes.ok : exitCodes.failed;
}
