/** The small server of one static page: started in guests with a shell; a unikernel that offers `application:http` is one itself. */
import type { WorkloadContext } from "../workload.ts";
import { againstGuest, againstServer } from "./server.ts";

/** Where every system serves its page. */
export const httpPort = 80;

/** Measures while the page is served; throws WorkloadError where the guest's server ended. */
export async function whileServing<T>(
  context: WorkloadContext,
  use: { ask(): Promise<T>; refused(answer: T): boolean; answered(answer: T): Promise<void> },
): Promise<T> {
  const { guest } = context;
  const argv = ["static-page", guest.address, `${httpPort}`];
  if (guest.capabilities.includes("tool:static-page")) {
    return againstServer(context, { argv, log: "static-page.txt", ...use });
  }
  return againstGuest(use);
}

export const pageUrl = (address: string): string => `http://${address}:${httpPort}/`;

/** Whether wrk, by what it said, found nobody listening. */
export const isUnanswered = (said: string): boolean => said.includes("unable to connect to");
