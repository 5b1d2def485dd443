import type { AnswerReport, ImageServerOptions } from '../../src/options.ts';
import { createImageServer, type ImageServer } from '../../src/server.ts';
import { httpFinder } from '../../src/source/finder.ts';
import type { HttpOptions } from '../../src/source/http-options.ts';
import { loadWasm } from '../codec/load.ts';
import { type RangeServer, startRangeServer } from '../source/range-server.ts';

export const ORIGIN = 'https://potto.example';

export interface Subject {
  /** Where the bytes are; every identifier leads to its one object. */
  readonly store: RangeServer;
  /** A new life of the server: it remembers what `options` keep for it and nothing else. */
  start(options?: Partial<ImageServerOptions>, reading?: HttpOptions): RunningServer;
  close(): Promise<void>;
}

export interface RunningServer {
  readonly server: ImageServer;
  readonly reports: readonly AnswerReport[];
  /** `path` comes after the prefix. Resolves when the work that went on after the answer has ended too. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** The core in this process over a real HTTP server, without really waiting between attempts. */
export async function startSubject(file: Uint8Array): Promise<Subject> {
  const store = await startRangeServer(file);
  const impatient: HttpOptions = { random: () => 0 };
  return {
    store,
    start(options = {}, reading = {}) {
      const reports: AnswerReport[] = [];
      const server = createImageServer({
        sources: httpFinder(`${store.origin}/secret-bucket/{id}.tif`, { ...impatient, ...reading }),
        wasm: loadWasm,
        onAnswer: (report) => reports.push(report),
        ...options,
      });
      return {
        server,
        reports,
        async ask(path, init) {
          const after: Promise<unknown>[] = [];
          const request = new Request(`${ORIGIN}/iiif/${path}`, init);
          const response = await server.fetch(request, { waitUntil: (work) => after.push(work) });
          await Promise.all(after);
          return response;
        },
      };
    },
    close: () => store.close(),
  };
}

/** Lengths of the ranges that were asked of the store since the last call. */
export function takeRanges(store: RangeServer): number[] {
  return store.ranges.splice(0).map((range) => {
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    return Number(last) - Number(first) + 1;
  });
}

/** Headers that two answers to one question must share. */
export function lasting(response: Response): Record<string, string> {
  const { 'server-timing': _cost, ...headers } = Object.fromEntries(response.headers);
  return headers;
}
