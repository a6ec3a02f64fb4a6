/** Takes the environment down: one look at the host, and what the stack's outputs tell of its networks, images and guests. */
import { imageKey, type Manifest } from "../images/image.ts";
import { images } from "../images/index.ts";
import type { Outputs } from "../outputs.ts";
import { firmwareOf, hardwareOf } from "./hardware.ts";
import { probeScript } from "./probe-script.ts";
import { type Environment, environmentSchema, type HostPart, renderEnvironment } from "./schema.ts";
import { readSections } from "./sections.ts";
import { kernelOf, settingsOf, toolsOf } from "./system.ts";
import { nothingUp, testbedOf } from "./testbed.ts";

/** Runs a script of a POSIX shell on the host, wherever that is, and returns what it printed. */
export type Shell = (script: string) => string;

export interface CaptureRequest {
  stack: string;
  sh: Shell;
  /** Knobs of the host as probed by their own files. */
  settings: Readonly<Record<string, string>>;
  /** Names of settings that `up` has still to change, so that they say nothing of the environment to come. */
  pending?: readonly string[];
  /** null: the stack is not up; then only the host is captured. */
  outputs: Outputs | null;
  /** Part → version of what makes testbeds. */
  toolchain: Readonly<Record<string, string>>;
}

/** Pure: the host's part of the document. */
export function parseHost(printed: string, settings: Readonly<Record<string, string>>): HostPart {
  const sections = readSections(printed);
  return {
    hardware: hardwareOf(sections),
    firmware: firmwareOf(sections),
    kernel: kernelOf(sections),
    settings: settingsOf(sections, settings),
    tools: toolsOf(sections),
  };
}

/** Throws an InfraError where the host's look at itself was cut short. */
export function captureEnvironment(request: CaptureRequest): Environment {
  const { stack, sh, settings, pending = [], outputs, toolchain } = request;
  const host = parseHost(sh(probeScript), settings);
  const settled = Object.entries(host.settings).filter(([name]) => !pending.includes(name.replace(/ of node\d+$/, "")));
  const accelerator = outputs?.host.accelerator.name ?? null;
  const environment: Environment = {
    schemaVersion: 2,
    stack,
    ...host,
    hardware: { ...host.hardware, accelerator },
    settings: Object.fromEntries(settled),
    ...(outputs ? testbedOf(outputs, recipeOf) : nothingUp),
    toolchain: { ...toolchain },
  };
  // through its own text, so that a document in hand and one that was read are the same to the byte
  return environmentSchema.parse(JSON.parse(renderEnvironment(environment)));
}

function recipeOf({ name, key, architecture }: Manifest): string | null {
  const recipe = images[name];
  if (!recipe || imageKey(recipe, { architecture }) !== key) return null;
  return imageKey(recipe, { architecture, sshKeys: [] });
}
