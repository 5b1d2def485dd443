import { ImageServerError } from '../../src/errors.ts';
import type { AnswerReport } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import { BlobSource } from '../../src/source/blob.ts';
import { loadWasm } from '../codec/load.ts';
import type { Random } from '../kernel/random.ts';

/** One server for all files, as a worker has one for all it meets. */
export interface Subject {
  /** Makes a file known under an identifier, and forgets the others. */
  serve(identifier: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** @returns what is wrong with the answer, or undefined. */
  ask(path: string): Promise<Asked>;
}

export interface Asked {
  readonly status: number;
  readonly body: Uint8Array;
  readonly milliseconds: number;
  /** What is wrong with the answer, whatever was asked. */
  readonly fault: string | undefined;
}

/** 501: stored in a way that isn't read; 502: damaged; 503: no memory now; 413: never. */
const STATUSES = [200, 400, 404, 413, 501, 502, 503];

/** A reader is told what was found and what to do. */
const FEWEST_CHARACTERS = 20;

export function createSubject(memory: number): Subject {
  const files = new Map<string, Blob>();
  let report: AnswerReport | undefined;
  const server = createImageServer({
    sources: {
      async find(identifier) {
        const blob = files.get(identifier);
        const url = `memory:${identifier}`;
        return blob && { url, open: () => new BlobSource(blob, { url, version: 'v1' }) };
      },
    },
    wasm: loadWasm,
    memory,

    onAnswer: (answer) => {
      report = answer;
    },
  });
  return {
    serve(identifier, bytes) {
      files.clear();
      files.set(identifier, new Blob([bytes]));
    },
    async ask(path) {
      const response = await server.fetch(new Request(`https://potto.example/iiif/3/${path}`));
      const body = new Uint8Array(await response.arrayBuffer());
      const { status } = response;
      return { status, body, milliseconds: report?.milliseconds ?? 0, fault: faultOf(response, body, report?.error) };
    },
  };
}

function faultOf({ status, headers }: Response, body: Uint8Array, error: unknown): string | undefined {
  if (error !== undefined && !(error instanceof ImageServerError)) {
    return `${status}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  if (!STATUSES.includes(status)) return `${status}: ${new TextDecoder().decode(body)}`;
  if (status === 200) return body.length === 0 ? '200 without a body' : undefined;
  const words = new TextDecoder().decode(body);
  const isText = headers.get('Content-Type')?.startsWith('text/plain') === true;
  return isText && words.length >= FEWEST_CHARACTERS ? undefined : `${status} without words: ${words}`;
}

/** What is asked of each file after its info.json: overview, tile, region at full resolution, other formats, other turns. */
export function pathsFor({ width, height }: { width: number; height: number }, random: Random): readonly string[] {
  const part = (side: number, length: number) => {
    const start = random.whole(0, Math.max(0, side - length));
    return { start, length: Math.max(1, Math.min(length, side - start)) };
  };
  const region = (length: number) => {
    const [x, y] = [part(width, length), part(height, length)];
    return `${x.start},${y.start},${x.length},${y.length}`;
  };
  const tile = 32 * random.pick([1, 1, 8]);
  const column = random.whole(0, Math.max(0, Math.ceil(Math.min(width, 1e6) / tile) - 1)) * tile;
  const row = random.whole(0, Math.max(0, Math.ceil(Math.min(height, 1e6) / tile) - 1)) * tile;
  const [w, h] = [Math.max(1, Math.min(tile, width - column)), Math.max(1, Math.min(tile, height - row))];
  const format = random.pick(['png', 'webp', 'gif', 'tif', 'pdf', 'jpg']);
  const rotation = random.pick(['0', '90', '!0', '180', '33']);
  const quality = random.pick(['default', 'gray', 'bitonal', 'color']);
  return [
    'full/!100,100/0/default.jpg',
    `${column},${row},${w},${h}/max/0/default.jpg`,
    `${region(48)}/max/0/default.png`,
    `${region(random.pick([64, 5000]))}/!40,40/${rotation}/${quality}.${format}`,
  ];
}
