/** Shows steps with elapsed time and estimate: updating lines on a terminal, few plain lines elsewhere. */
import { about, duration } from "./output.ts";

export interface StepReport {
  /** What happens within the step. */
  text?: string;
  /** A better estimate than the one the step began with. */
  remainingMs?: number;
}

export interface Progress {
  /** An estimate of null: nobody can say how long it takes. */
  step<T>(
    title: string,
    estimateMs: number | null,
    body: (report: (news: StepReport) => void) => Promise<T>,
  ): Promise<T>;
}

const LINE_EVERY_MS = 15_000;
const UPDATE_EVERY_MS = 1000;

/** Time that passed and what is left of it. */
class StepClock {
  readonly #begun = performance.now();
  #endsAt: number | null;
  text = "";

  constructor(estimateMs: number | null) {
    this.#endsAt = estimateMs === null ? null : this.#begun + estimateMs;
  }

  hear(news: StepReport): void {
    if (news.text !== undefined) this.text = news.text;
    if (news.remainingMs !== undefined) this.#endsAt = performance.now() + news.remainingMs;
  }

  get elapsedMs(): number {
    return performance.now() - this.#begun;
  }

  toString(): string {
    const left = this.#endsAt === null ? null : this.#endsAt - performance.now();
    const estimate = left === null ? "" : left > 0 ? `, ${about(left)} left` : ", longer than estimated";
    return `${duration(this.elapsedMs)}${estimate}${this.text === "" ? "" : `: ${this.text}`}`;
  }
}

/** One line when a step begins, one when it ends, and one every 15 s in between. */
export function plainProgress(stream: { write(text: string): unknown }): Progress {
  const line = (text: string) => stream.write(`${text}\n`);
  return {
    async step(title, estimateMs, body) {
      const clock = new StepClock(estimateMs);
      line(estimateMs === null ? title : `${title} (${about(estimateMs)})`);
      const timer = setInterval(() => line(`  ${clock}`), LINE_EVERY_MS);
      try {
        const result = await body((news) => {
          // without an estimate, what it waits for is all there is to say
          if (estimateMs === null && clock.text === "" && news.text) line(`  ${news.text}`);
          clock.hear(news);
        });
        line(`${title}: done in ${duration(clock.elapsedMs)}`);
        return result;
      } catch (error) {
        line(`${title}: failed after ${duration(clock.elapsedMs)}`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** Redrawn once a second and no oftener: what is measured shares the machine with the terminal. */
function terminalProgress(): Progress {
  return {
    async step(title, estimateMs, body) {
      const { Listr } = await import("listr2");
      const clock = new StepClock(estimateMs);
      let result: { value: Awaited<ReturnType<typeof body>> } | undefined;
      const steps = new Listr(
        [
          {
            title,
            async task(_, task) {
              const show = () => {
                task.title = `${title} · ${clock}`;
              };
              show();
              const timer = setInterval(show, UPDATE_EVERY_MS);
              try {
                result = { value: await body((news) => clock.hear(news)) };
                task.title = `${title} · ${duration(clock.elapsedMs)}`;
              } finally {
                clearInterval(timer);
              }
            },
          },
        ],
        {
          registerSignalListeners: false,
          rendererOptions: { lazy: true, collapseErrors: true, showErrorMessage: false },
        },
      );
      await steps.run();
      return (result as { value: Awaited<ReturnType<typeof body>> }).value;
    },
  };
}

export function chooseProgress(options: { json?: true | undefined }): Progress {
  if (options.json) return plainProgress(process.stderr);
  return process.stdout.isTTY && !process.env.CI ? terminalProgress() : plainProgress(process.stdout);
}
