/** One look at every setting of a host, by one script that changes nothing. */
import { InfraError } from "../../errors.ts";
import { type SettingName, settings } from "./index.ts";
import type { Found } from "./setting.ts";
import { PRELUDE } from "./shell.ts";

export function probeSettingsScript(): string {
  const sections = Object.values(settings).map(
    ({ name, functions = "", probe }) => `echo '== ${name}'\n(\n${functions}\n${probe}\n)`,
  );
  return [PRELUDE, ...sections, "echo '== end'"].join("\n");
}

export interface ProbedSetting extends Found {
  /** The values as a person would say them. */
  description: string;
}

/** What the host has of each setting; null where it lacks it. */
export type ProbedSettings = Record<SettingName, ProbedSetting | null>;

export function parseFound(text: string): Found {
  const lines = text.split("\n").filter(Boolean);
  const fields = lines.map((line) => line.split("\t"));
  return {
    values: Object.fromEntries(fields.map(([path = "", value = ""]) => [path, value])),
    readOnly: fields.flatMap(([path = "", , mark]) => (mark === "read-only" ? [path] : [])),
  };
}

export function parseSettings(text: string): ProbedSettings {
  const sections = new Map(
    text.split(/^== /m).map((part) => {
      const [name = "", ...lines] = part.split("\n");
      return [name, lines.join("\n")] as const;
    }),
  );
  if (!sections.has("end")) throw new InfraError("the probe of the host's settings did not finish");
  const probed = Object.values(settings).map(({ name, describe }) => {
    const found = parseFound(sections.get(name) ?? "");
    const lacking = Object.keys(found.values).length === 0;
    return [name, lacking ? null : { ...found, description: describe(found.values) }] as const;
  });
  return Object.fromEntries(probed) as ProbedSettings;
}
