import { expect } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { untilAborted } from '../../src/source/abort.ts';
import { HttpSource } from '../../src/source/http.ts';
import type { ObjectFacts } from '../../src/source/object-facts.ts';
import { counting, type RangeServer, startRangeServer } from './range-server.ts';

/** What the range server of a fresh harness holds. */
export const object = counting(1000);

export const first = { offset: 0, length: 100 };

const DEADLINE = 60_000;

/** A range server and sources that read it without really waiting between attempts. */
export interface Harness {
  readonly server: RangeServer;
  /** Milliseconds of the pauses between attempts. */
  readonly slept: number[];
  /** Back to a well-behaved server that has seen nothing. */
  reset(): void;
  open(options?: { readonly url?: string; readonly known?: ObjectFacts }): HttpSource;
}

export async function startHarness(): Promise<Harness> {
  const server = await startRangeServer(object);
  const slept: number[] = [];
  return {
    server,
    slept,
    reset() {
      Object.assign(server, { bytes: object, etag: '"v1"', lastModified: undefined, handler: undefined });
      server.ranges.length = 0;
      slept.length = 0;
    },
    open: ({ url = server.url, known } = {}) =>
      new HttpSource(url, {
        known,
        deadline: DEADLINE,
        random: () => 0.5,
        sleep: async (milliseconds, signal) => {
          if (milliseconds === DEADLINE) await untilAborted(new Promise<never>(() => undefined), signal);
          slept.push(milliseconds);
        },
      }),
  };
}

/** The error of a read, which must say nothing of where the source is or what it answered. */
export async function errorOf(read: Promise<unknown>): Promise<ImageServerError> {
  const error = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ImageServerError)) throw new Error(`Not an ImageServerError: ${error}`);
  expect(error.message).not.toMatch(/secret|127\.0\.0\.1|http:/);
  return error;
}
