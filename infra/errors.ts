/** The four ways something goes wrong. Every error carries its context in the message and its origin in `cause`. */

/** The user's input is wrong: names every problem and the place to fix it; exit code 2, no stack trace. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];
  constructor(problems: string | readonly string[], options?: ErrorOptions) {
    const list = typeof problems === "string" ? [problems] : problems;
    super(list.length === 1 ? list[0] : `${list.length} problems:\n${list.map((p) => `  - ${p}`).join("\n")}`, options);
    this.problems = list;
  }
}

/** The testbed failed (daemon, boot, network, disk). Retried where that can help; never a sample. */
export class InfraError extends Error {
  override name = "InfraError";
}

/** A measurement failed: its tool ended badly or timed out. Recorded as failed with its raw output; never a sample. */
export class WorkloadError extends Error {
  override name = "WorkloadError";
}

/** A tool's output was not understood. Names the tool and quotes the place. */
export class ParseError extends Error {
  override name = "ParseError";
}
