/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import type { JobOptions, RenderJob, RenderPool } from '../src/render/job.ts';
import type { ThreadResult, ThreadsWanted, ThreadTask } from '../src/threads.ts';

declare const self: ServiceWorkerGlobalScope;

/** A thread with more jobs than this waits longer than rendering here would take. */
const JOBS_PER_THREAD = 4;

/** Pages are asked for threads at most this often, in milliseconds: they may have none to lend. */
const ASK_AGAIN_AFTER = 5000;

interface Thread {
  readonly port: MessagePort;
  /** Called with what came of each running job; undefined when the thread has gone. */
  readonly jobs: Map<number, (result: ThreadResult | undefined) => void>;
}

/** The threads that pages have lent to this service worker. */
export class LentThreads implements RenderPool {
  readonly #threads = new Set<Thread>();
  readonly #script: string;
  #lastId = 0;
  #asked = Number.NEGATIVE_INFINITY;

  /** `script`: URL of the classic script that makes a dedicated worker a thread. */
  constructor(script: string) {
    this.#script = script;
  }

  /** Takes a thread that holds the lock of this name. */
  add(port: MessagePort, lock: string): void {
    if (this.#threads.size >= navigator.hardwareConcurrency) {
      port.close();
      return;
    }
    const thread: Thread = { port, jobs: new Map() };
    port.onmessage = ({ data }: MessageEvent<ThreadResult>) => thread.jobs.get(data.id)?.(data);
    this.#threads.add(thread);
    // Granted when the thread has ended, with its page or without.
    void navigator.locks.request(lock, () => this.#remove(thread));
  }

  async render(job: RenderJob, { signal, timing }: JobOptions): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted();
    const [thread] = [...this.#threads].sort((a, b) => a.jobs.size - b.jobs.size);
    if (!thread) void this.#askForThreads();
    if (!thread || thread.jobs.size >= JOBS_PER_THREAD) return undefined;
    const result = await this.#run(thread, job);
    if (!result || 'failed' in result) return undefined;
    if ('status' in result) throw new ImageServerError(result.status, result.message);
    for (const { name, milliseconds } of result.costs) timing.add(name, milliseconds);
    return result.bytes;
  }

  #run(thread: Thread, job: RenderJob): Promise<ThreadResult | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      thread.jobs.set(id, (result) => {
        thread.jobs.delete(id);
        resolve(result);
      });
      thread.port.postMessage({ id, job } satisfies ThreadTask<RenderJob>);
    });
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
