/** What a set-up step says while it runs; a step that reports no fraction is judged by its estimate. */
interface Progress {
  message: string;
  /** 0 … 1 where the step can count its work. */
  fraction?: number;
}

export type Report = (progress: Progress) => void;
