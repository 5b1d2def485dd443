/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import type { EncodedTile } from '../src/image/image.ts';
import type { ArrivedTile } from '../src/render/arriving-tiles.ts';
import type { Job, JobOptions, RenderPool, TileReader } from '../src/render/job.ts';
import { memoryCap } from '../src/render/memory-cap.ts';
import type { TileRef } from '../src/render/plan.ts';
import { readTiles } from '../src/render/read-tiles.ts';
import { firstOf, untilAborted } from '../src/source/abort.ts';
import type { ThreadResult, ThreadsWanted, ThreadTask } from '../src/threads.ts';

declare const self: ServiceWorkerGlobalScope;

/** A thread with more jobs than this waits longer than rendering here would take. */
const JOBS_PER_THREAD = 4;

/** Decoding a picture takes longer than rendering, and would hold up all other answers here: it rather waits there. */
const DECODES_PER_THREAD = 16;

/** A message costs both sides 0.2 ms, decoding a tile 0.8: so many are sent together, unless they are the last ones. */
const TILES_PER_MESSAGE = 8;

/** Pages are asked for threads at most this often, in milliseconds: they may have none to lend. */
const ASK_AGAIN_AFTER = 5000;

interface Thread {
  readonly port: MessagePort;
  /** Called with what came of each running job; undefined when the thread has gone. */
  readonly jobs: Map<number, (result: ThreadResult | undefined) => void>;
}

type RefusedJob = Extract<ThreadResult, { status: number }>;
type DoneJob = Exclude<ThreadResult, RefusedJob>;

/** @throws {ImageServerError} when the thread found that the job can't be done. */
function accepted(result: ThreadResult | undefined): DoneJob | undefined {
  if (result && 'status' in result) throw new ImageServerError(result.status, result.message);
  return result;
}

function post({ port }: Thread, task: ThreadTask<Job, ArrivedTile>): void {
  port.postMessage(task);
}

/** The threads that pages have lent to this service worker. */
export class LentThreads implements RenderPool {
  readonly #threads = new Set<Thread>();
  readonly #script: string;
  readonly #memory: number;
  #lastId = 0;
  #asked = Number.NEGATIVE_INFINITY;

  /** `script`: URL of the classic script that makes a dedicated worker a thread; `memory`: bytes that each may take. */
  constructor(script: string, memory = memoryCap()) {
    this.#script = script;
    this.#memory = memory;
  }

  /** Takes a thread that holds the lock of this name. */
  add(port: MessagePort, lock: string): void {
    if (this.#threads.size >= navigator.hardwareConcurrency) {
      port.close();
      return;
    }
    const thread: Thread = { port, jobs: new Map() };
    port.onmessage = ({ data }: MessageEvent<ThreadResult>) => thread.jobs.get(data.id)?.(data);
    post(thread, { memory: this.#memory });
    this.#threads.add(thread);
    // Granted when the thread has ended, with its page or without.
    void navigator.locks.request(lock, () => this.#remove(thread));
  }

  async render(job: Job, image: TileReader, options: JobOptions): Promise<Uint8Array | undefined> {
    options.signal?.throwIfAborted();
    const [thread] = [...this.#threads].sort((a, b) => a.jobs.size - b.jobs.size);
    if (!thread) void this.#askForThreads();
    const most = 'halvings' in job ? DECODES_PER_THREAD : JOBS_PER_THREAD;
    if (!thread || thread.jobs.size >= most) return undefined;
    const result = await this.#run(thread, job, image, options);
    if (!result || 'failed' in result) return undefined;
    for (const { name, milliseconds } of result.costs) options.timing.add(name, milliseconds);
    return result.bytes;
  }

  /** Sends the job with its tiles as they arrive; takes it back when it is given up. */
  async #run(thread: Thread, job: Job, image: TileReader, options: JobOptions): Promise<DoneJob | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<ThreadResult | undefined>((resolve) => thread.jobs.set(id, resolve)).then(accepted);
    let unsent = job.plan.tiles.length;
    let begun = false;
    let tiles: ArrivedTile[] = [];
    const send = (place: TileRef, tile: EncodedTile | undefined) => {
      tiles.push({ place, tile });
      unsent -= 1;
      if (unsent > 0 && tiles.length < TILES_PER_MESSAGE) return;
      post(thread, { id, job: begun ? undefined : job, tiles });
      begun = true;
      tiles = [];
    };
    const stop = new AbortController();
    const { signal, release } = firstOf([options.signal, stop.signal]);
    const sent = readTiles(job.plan, image, { ...options, signal }, send);
    try {
      const [result] = await untilAborted(Promise.all([answer, sent]), options.signal);
      return result;
    } catch (cause) {
      stop.abort(cause);
      post(thread, { id, cancelled: true });
      throw cause;
    } finally {
      release();
      thread.jobs.delete(id);
    }
  }

  #remove(thread: Thread): void {
    this.#threads.delete(thread);
    thread.port.close();
    for (const settle of [...thread.jobs.values()]) settle(undefined);
  }

  /** Asks one page, a visible one if there is any. */
  async #askForThreads(): Promise<void> {
    const now = performance.now();
    if (now - this.#asked < ASK_AGAIN_AFTER) return;
    this.#asked = now;
    const pages = await self.clients.matchAll({ type: 'window' });
    const page = pages.find(({ visibilityState }) => visibilityState === 'visible') ?? pages[0];
    page?.postMessage({ potto: 'threads-wanted', script: this.#script } satisfies ThreadsWanted);
  }
}
