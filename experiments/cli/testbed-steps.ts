/** Steps on a stack outside a campaign: they hold the stack, show progress, and clean up after a signal. */
import { join } from "node:path";
import type { Lease } from "../../infra/provision.ts";
import { localDir } from "../../infra/toolchain/paths.ts";
import { Estimates } from "../campaign/estimates.ts";
import { firstEstimateMs } from "./first-estimates.ts";
import { type HeldHost, holdHost } from "./hold-host.ts";
import { acquireStack } from "./lock.ts";
import { chooseProgress, type StepReport } from "./progress.ts";
import { watchSignals } from "./signals.ts";

type News = (news: StepReport) => void;

export interface StackStep {
  command: "up" | "destroy" | "recover";
  title: string;
  stack: string;
  json: true | undefined;
  /** Wait for whoever holds the host. */
  wait: boolean;
  /** `recover` comes after somebody who died with the stack in hand. */
  withoutLock?: boolean;
}

/** Returns the exit code of a signal that came meanwhile as well. The body runs once stack and host are held. */
export async function stackStep<T>(
  step: StackStep,
  body: (news: News, signal: AbortSignal, lease: Lease) => Promise<T>,
): Promise<{ result: T; interruptedCode: number | null }> {
  const release = step.withoutLock
    ? () => {}
    : acquireStack(localDir(), step.stack, `guestbench ${step.command}`, null);
  const watch = watchSignals(step.stack);
  const estimates = new Estimates(join(localDir(), "estimates.json"));
  const key = `${step.stack}/${step.command}`;
  const progress = chooseProgress(step);
  let host = null as HeldHost | null;
  try {
    const { stack, command, wait } = step;
    const held = await holdHost({ stack, command, campaign: null, wait, progress, signal: watch.signal });
    host = held;
    const begun = performance.now();
    const estimateMs = estimates.get(key) ?? firstEstimateMs(step.command);
    const signal = AbortSignal.any([watch.signal, held.lost]);
    const result = await progress.step(step.title, estimateMs, (news) => body(news, signal, held.lease));
    estimates.remember(key, performance.now() - begun);
    estimates.save();
    return { result, interruptedCode: watch.interrupted()?.exitCode ?? null };
  } finally {
    host?.release();
    release();
    watch.close();
  }
}

/** The engine's progress as a step's news. */
export function engineNews(news: News): (progress: { done: number; total: number | null; text: string }) => void {
  return ({ done, total, text }) => news({ text: `${text} (${done}${total === null ? "" : ` of ${total}`})` });
}
