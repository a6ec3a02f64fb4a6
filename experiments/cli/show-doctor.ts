/** The doctor's findings, for people and for programs. */
import { doctor } from "../../infra/doctor.ts";
import type { DoctorOptions } from "./doctor.ts";
import { exitCodes } from "./fail.ts";
import { columns, print, printJson } from "./output.ts";
import { chooseProgress } from "./progress.ts";

const marks = { ok: "ok", warn: "warning", missing: "missing" };

export async function showDoctor(options: DoctorOptions): Promise<number> {
  const title = options.stack === undefined ? "Look at this machine" : `Look at the host of ${options.stack}`;
  const findings = await chooseProgress({ json: true }).step(title, 6_000, () => doctor(options.stack));
  if (options.json) printJson(findings);
  else {
    for (const where of new Set(findings.checks.map((check) => check.where))) {
      const rows = findings.checks.filter((check) => check.where === where);
      const table = columns(rows.map((check) => [marks[check.status], check.title, check.detail]));
      print(where === undefined ? table : `${where}\n${table}\n`);
    }
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
