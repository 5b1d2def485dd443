import { ImageServerError } from '../errors.ts';
import { bytesOf } from './blocks.ts';
import type { PackDesk, PackStatus } from './desk.ts';
import { Filling } from './filling.ts';
import { type PackProgress, Rate } from './progress.ts';
import { reactionTo, type Trouble } from './trouble.ts';
import { FetchWindow, READS_AT_ONCE, SHORTEST_READ } from './window.ts';

export interface DownloadOptions {
  /** Waits before another attempt, longer after several `failures` in a row, or until the network is back. */
  readonly wait: (failures: number, signal: AbortSignal) => Promise<void>;
  /** Rejects where so many bytes more don't fit; asked before they are fetched, once. */
  readonly room?: (bytes: number) => Promise<void>;
  /**
   * Bytes for which there is room already. Estimates lag behind what has just been freed: asked again, they might refuse
   * what fits.
   */
  readonly granted?: number;
  /** Runs the download when it is its turn: only one may fetch a pack. By default at once. */
  readonly turn?: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** Milliseconds, for the rate. */
  readonly now?: () => number;
}

/** Attempts that bring nothing of an image, after which it is left to another time. */
export const ATTEMPTS = 8;
/** Times that an image is begun again, after which it is left: its source shows another version again and again. */
export const RENEWALS = 3;

/**
 * Fetches what is missing of a pack. It dispatches `progress` whenever `progress` has changed, and can be iterated over
 * for the same; `done` gives the pack when there is nothing more to fetch, whether or not all could be had.
 */
export class PackDownload extends EventTarget implements AsyncIterable<PackProgress> {
  readonly id: string;
  /** Rejects when it is cancelled, or the storage is full. */
  readonly done: Promise<PackStatus>;
  readonly #desk: PackDesk;
  readonly #options: DownloadOptions;
  readonly #window = new FetchWindow();
  readonly #rate: Rate;
  readonly #stop = new AbortController();
  /** Attempts in a row that brought nothing, by identifier. */
  readonly #failed = new Map<string, number>();
  /** How often images were begun again, by identifier. */
  readonly #renewed = new Map<string, number>();
  readonly #left = new Set<string>();
  #failures = 0;
  /** Bytes that may still be fetched without asking for room. */
  #granted: number;
  #resume: (() => void) | undefined;
  #resumed: Promise<void> | undefined;
  #progress: PackProgress = {
    state: 'waiting',
    works: 0,
    worksDone: 0,
    bytes: 0,
    bytesDone: 0,
    rate: 0,
    timeLeft: undefined,
  };

  constructor(desk: PackDesk, id: string, options: DownloadOptions) {
    super();
    this.id = id;
    this.#desk = desk;
    this.#options = options;
    this.#granted = options.granted ?? 0;
    this.#rate = new Rate(options.now ?? (() => performance.now()));
    const { turn = (work) => work() } = options;
    this.done = turn(() => this.#run(), this.#stop.signal).catch((cause: unknown) => {
      this.#tell({ state: this.#stop.signal.aborted ? 'cancelled' : 'failed' });
      throw cause;
    });
    // Who doesn't ask for the end isn't to be told of it as an error that nobody handles.
    this.done.catch(() => undefined);
  }

  get progress(): PackProgress {
    return this.#progress;
  }

  /** What is on its way still comes; nothing more is asked for. */
  pause(): void {
    if (this.#resume || this.#isOver) return;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
    this.#tell({ state: 'paused' });
  }

  resume(): void {
    if (!this.#resume) return;
    this.#resume();
    this.#resume = undefined;
    this.#tell({ state: 'running' });
  }

  /** Stops, and removes the pack. Resolves when it is gone. */
  async cancel(): Promise<void> {
    this.stop();
    await this.done.catch(() => undefined);
    await this.#desk.remove({ id: this.id });
  }

  /** Stops, and leaves the pack as it is: another download goes on where this one ended. */
  stop(): void {
    this.#stop.abort(new DOMException('The download was cancelled.', 'AbortError'));
    this.resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PackProgress, void, undefined> {
    let told: PackProgress | undefined;
    while (!told || !isOver(told)) {
      if (told === this.#progress) {
        await new Promise((resolve) => this.addEventListener('progress', resolve, { once: true }));
      }
      told = this.#progress;
      yield told;
    }
  }

  get #isOver(): boolean {
    return isOver(this.#progress);
  }

  async #run(): Promise<PackStatus> {
    const { signal } = this.#stop;
    const id = this.id;
    if (!this.#resume) this.#tell({ state: 'running' });
    let missingAfterAll = Number.POSITIVE_INFINITY;
    for (;;) {
      signal.throwIfAborted();
      const parts = await this.#desk.parts({ id });
      const missing = parts.reduce((sum, part) => sum + bytesOf(part, part.missing), 0);
      if (missing >= missingAfterAll) throw notKept(missing);
      this.#tell({
        works: parts.length,
        worksDone: parts.filter(({ missing }) => missing.length === 0).length,
        bytes: parts.reduce((sum, part) => sum + bytesOf(part, part.wanted), 0),
        bytesDone: parts.reduce((sum, part) => sum + bytesOf(part, part.wanted) - bytesOf(part, part.missing), 0),
      });
      const open = parts.filter(({ identifier, missing }) => missing.length > 0 && !this.#left.has(identifier));
      if (open.length === 0) break;
      await this.#makeRoom(open.reduce((sum, part) => sum + bytesOf(part, part.missing), 0));
      // Those that failed come last, so that they don't keep the others waiting.
      const fillings = open
        .toSorted((a, b) => (this.#failed.get(a.identifier) ?? 0) - (this.#failed.get(b.identifier) ?? 0))
        .map((part) => new Filling(part));
      missingAfterAll = (await this.#fillAll(fillings)) ? missing : Number.POSITIVE_INFINITY;
    }
    const pack = (await this.#desk.list()).find((one) => one.id === id);
    if (!pack) throw new ImageServerError(404, `The pack "${id}" was removed while it was being fetched.`);
    this.#tell({ state: pack.isComplete ? 'complete' : 'incomplete' });
    return pack;
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (bytes <= this.#granted) return;
    await this.#options.room?.(bytes);
    this.#granted = bytes;
  }

  /**
   * Fills what can be filled; what came of a block outlasts every trouble but that of another version. False where the
   * parts have to be looked at anew before all are full.
   */
  async #fillAll(fillings: readonly Filling[]): Promise<boolean> {
    for (;;) {
      const trouble = await this.#fill(fillings);
      if (!trouble) return true;
      const isToBeReadAnew = await this.#overcome(trouble);
      if (isToBeReadAnew) return false;
    }
  }

  /** Resolves when nothing is left to take, or with the first trouble, when nothing is on its way any more. */
  async #fill(fillings: readonly Filling[]): Promise<Trouble | undefined> {
    const running = new Set<Promise<void>>();
    let onTheWay = 0;
    let trouble: Trouble | undefined;
    const start = (filling: Filling, length: number): boolean => {
      const range = filling.take(length);
      if (!range) return false;
      onTheWay += range.length;
      const fetching = this.#fetch(filling, range)
        .catch((cause: unknown) => {
          trouble ??= { identifier: filling.part.identifier, cause };
        })
        .finally(() => {
          onTheWay -= range.length;
          running.delete(fetching);
        });
      running.add(fetching);
      return true;
    };
    for (;;) {
      if (running.size === 0) await this.#resumed;
      const mayStart = () => !trouble && !this.#resume && !this.#stop.signal.aborted;
      while (mayStart() && running.size < READS_AT_ONCE) {
        const room = this.#window.size - onTheWay;
        const length = Math.min(this.#window.readLength, Math.max(SHORTEST_READ, Math.floor(room)));
        if ((running.size > 0 && room < SHORTEST_READ) || !fillings.some((filling) => start(filling, length))) break;
      }
      if (running.size > 0) await Promise.race(running);
      else if (!this.#resume) break;
    }
    this.#stop.signal.throwIfAborted();
    return trouble;
  }

  async #fetch(filling: Filling, range: { readonly offset: number; readonly length: number }): Promise<void> {
    const { identifier, generation } = filling.part;
    let bytes: Uint8Array;
    try {
      bytes = await this.#desk.read({ identifier, generation, range });
      if (bytes.length !== range.length) throw new ImageServerError(409, 'The image ends before it did.');
    } catch (cause) {
      filling.giveBack(range);
      throw cause;
    }
    this.#window.arrived(bytes.length);
    this.#rate.add(bytes.length);
    this.#failures = 0;
    this.#failed.delete(identifier);
    for (const block of filling.add(range, bytes)) {
      await this.#desk.put({ identifier, generation, ...block });
      this.#granted -= block.bytes.length;
      this.#tell({ bytesDone: this.#progress.bytesDone + block.bytes.length });
    }
    if (this.#progress.state === 'waiting') this.#tell({ state: 'running' });
  }

  /** Does what helps against trouble. True where the parts have to be looked at anew. */
  async #overcome({ identifier, cause }: Trouble): Promise<boolean> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    const reaction = reactionTo(cause);
    switch (reaction.kind) {
      case 'again':
        this.#window.lost();
        return false;
      case 'renew':
        await this.#renew(identifier, cause);
        return true;
      case 'leave':
        await this.#leave(identifier, cause);
        return true;
      case 'wait': {
        this.#window.lost();
        const failed = (this.#failed.get(identifier) ?? 0) + 1;
        this.#failed.set(identifier, failed);
        if (failed >= ATTEMPTS) await this.#leave(identifier, cause);
        this.#failures += 1;
        this.#tell({ state: 'waiting' });
        await this.#options.wait(this.#failures, signal);
        return failed >= ATTEMPTS;
      }
      case 'fail':
        throw cause;
    }
  }

  async #renew(identifier: string, cause: unknown): Promise<void> {
    const renewed = this.#renewed.get(identifier) ?? 0;
    this.#renewed.set(identifier, renewed + 1);
    if (renewed >= RENEWALS) await this.#leave(identifier, cause);
    else
      await this.#desk.renew({ id: this.id, identifier }).catch((reason: unknown) => this.#leave(identifier, reason));
  }

  async #leave(identifier: string, cause: unknown): Promise<void> {
    this.#left.add(identifier);
    const problem = cause instanceof Error ? cause.message : String(cause);
    await this.#desk.note({ id: this.id, identifier, problem });
  }

  #tell(news: Partial<PackProgress>): void {
    const progress = { ...this.#progress, ...news };
    const rate = this.#rate.current;
    const timeLeft = rate > 0 ? (progress.bytes - progress.bytesDone) / rate : undefined;
    this.#progress = { ...progress, rate, timeLeft };
    this.dispatchEvent(new Event('progress'));
  }
}

function notKept(missing: number): ImageServerError {
  return new ImageServerError(
    507,
    `${missing} bytes of the pack came, and the storage of this browser did not keep them. Remove other packs, or free space on the disk.`,
  );
}

function isOver({ state }: PackProgress): boolean {
  return state !== 'running' && state !== 'paused' && state !== 'waiting';
}
