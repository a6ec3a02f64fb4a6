/** What each kind of addition consists of. Pure: paths from the project's folder, and their texts. */
import type { NewKind } from "../../new.ts";
import { imageTemplate } from "./image.ts";
import { platformTemplate } from "./platform.ts";
import { specTemplate } from "./spec.ts";
import { workloadTemplate } from "./workload.ts";

export interface Addition {
  files: Record<string, { text: string; executable?: true }>;
  registry: string;
  line: string;
}

export const templates: Readonly<Record<NewKind, (name: string, identifier: string) => Addition>> = {
  platform: platformTemplate,
  image: imageTemplate,
  workload: workloadTemplate,
  spec: specTemplate,
};
