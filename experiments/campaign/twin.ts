/** A/A: one guest under two names, so that every difference between the two is noise of host, boots and method. */
import { ConfigError } from "../../infra/errors.ts";
import type { Outputs } from "../../infra/outputs.ts";

export const twinOf = (guest: string): string => `${guest}.again`;

/**
 * The stack as an A/A campaign sees it: the guest, and the guest again. Both names power the same machine, which is off
 * between any two visits, so each has boots of its own.
 */
export function withTwin(outputs: Outputs, guest: string): Outputs {
  const handle = outputs.guests[guest];
  if (!handle) {
    const reason = outputs.unavailable[guest] ?? "the stack has no such guest";
    throw new ConfigError(`guest ${guest} cannot be measured twice: ${reason}`);
  }
  const twin = { ...handle, name: twinOf(guest) };
  return { ...outputs, guests: { [guest]: handle, [twin.name]: twin }, unavailable: {} };
}
