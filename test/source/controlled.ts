import type { Sleep } from '../../src/source/abort.ts';
import type { ByteRange, ReadOptions, Source } from '../../src/source/source.ts';

/** One call that waits until the test settles it. */
export interface Call<T> {
  readonly range: string;
  readonly signal: AbortSignal | undefined;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

class Calls<T> {
  readonly calls: Call<T>[] = [];

  add(range: string, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.calls.push({ range, signal, resolve, reject });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  call(index: number): Call<T> {
    const call = this.calls[index];
    if (call === undefined) throw new Error(`There were ${this.calls.length} calls only`);
    return call;
  }

  /** The latest. */
  last(): Call<T> {
    return this.call(this.calls.length - 1);
  }
}

/** A `fetch` whose every request the test answers, so that races are tested without timers. */
export class ControlledFetch extends Calls<Response> {
  readonly fetch: typeof globalThis.fetch = (_, init) =>
    this.add(new Headers(init?.headers).get('range') ?? '', init?.signal ?? undefined);
}

/** A source whose every read the test answers. */
export class ControlledSource extends Calls<Uint8Array> implements Source {
  readonly url = 'https://bucket.example/image.tif';
  size: number | undefined;
  version: string | undefined;

  read({ offset, length }: ByteRange, { signal }: ReadOptions = {}): Promise<Uint8Array> {
    return this.add(`${offset}+${length}`, signal);
  }
}

/** A `sleep` that the test ends; `asked` has the milliseconds of each. */
export class ControlledSleep extends Calls<void> {
  readonly sleep: Sleep = (milliseconds, signal) => this.add(String(milliseconds), signal);
}

/** Moments that pass when the test says so. */
export class ControlledMoments {
  #ends: (() => void)[] = [];

  readonly wait = (): Promise<void> =>
    new Promise((resolve) => {
      this.#ends.push(resolve);
    });

  /** How many wait for a moment to pass. */
  get waiting(): number {
    return this.#ends.length;
  }

  async pass(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    await settled();
  }
}

/** Lets every promise go on that can. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** A 206 as S3 sends it. */
export function partial(
  bytes: Uint8Array,
  offset: number,
  size: number,
  headers: Record<string, string> = {},
): Response {
  const range = `bytes ${offset}-${offset + bytes.length - 1}/${size}`;
  return new Response(new Uint8Array(bytes), {
    status: 206,
    headers: { 'content-range': range, etag: '"v1"', ...headers },
  });
}
