import type { Progress } from '../publish/publish.ts';
import { bytesInWords } from './words.ts';

/** What of a stream is needed; a terminal has columns. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
/** Milliseconds between two lines where each stays: a log isn't to be filled. */
const LINE_EVERY = 10_000;
/** Share of the bytes that must be done before the time left is worth saying. */
const ENOUGH = 0.02;

/** Shows how far the work has come: one line that is written over in a terminal, a line now and then in a log. */
export function progressLine(terminal: Terminal, now: () => number = Date.now) {
  const began = now();
  let written = began;
  return {
    show(progress: Progress): void {
      const { scans, done, name } = progress;
      const words = [`${done}/${scans}`, timeLeft(progress, now() - began), name].filter(Boolean).join(' · ');
      if (terminal.isTTY) {
        const filled = Math.round((BAR * done) / scans);
        const line = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${words}`;
        terminal.write(`\r\x1b[K${line.slice(0, (terminal.columns ?? 80) - 1)}`);
      } else if (now() - written >= LINE_EVERY) {
        written = now();
        terminal.write(`${words}\n`);
      }
    },
    /** Leaves the line to what comes next. */
    end(): void {
      if (terminal.isTTY) terminal.write('\r\x1b[K');
    },
  };
}

/** By the bytes that had to be worked on; nothing where it would be a guess. */
function timeLeft({ worked, left }: Progress, elapsed: number): string | undefined {
  if (left === 0 || worked < (worked + left) * ENOUGH) return undefined;
  const seconds = Math.ceil((elapsed / 1000) * (left / worked));
  const words = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${words} left (${bytesInWords(left)})`;
}
