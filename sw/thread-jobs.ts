import { ImageServerError } from '../src/errors.ts';
import { type ArrivedTile, ArrivingTiles } from '../src/render/arriving-tiles.ts';
import type { Engine } from '../src/render/engine.ts';
import { type Job, runJob } from '../src/render/job.ts';
import type { ThreadResult, ThreadTask } from '../src/threads.ts';
import { Timing } from '../src/timing.ts';

interface RunningJob {
  readonly tiles: ArrivingTiles;
  readonly stop: AbortController;
}

/**
 * Renders what comes through a port, each job as its tiles arrive, on an engine for as many bytes as the other side
 * allows. The kernel is compiled at once, while tiles are still being read. Returns what ends it: all jobs are given up,
 * for the other side to do by itself.
 */
export function serveJobs(port: MessagePort, engineOf: (memory?: number) => Engine): () => void {
  const jobs = new Map<number, RunningJob>();
  let engine: Engine | undefined;

  function begin(id: number, job: Job): void {
    const running = { tiles: new ArrivingTiles(), stop: new AbortController() };
    jobs.set(id, running);
    engine ??= engineOf();
    void resultOf(id, job, running, engine).then((result) => {
      if (jobs.delete(id)) port.postMessage(result, 'bytes' in result ? [result.bytes.buffer] : []);
    });
  }

  port.onmessage = ({ data }: MessageEvent<ThreadTask<Job, ArrivedTile>>) => {
    if ('memory' in data) {
      engine = engineOf(data.memory);
      // The first job meets the error too, and tells it.
      engine.withKernel(0, async () => undefined).catch(() => undefined);
      return;
    }
    if ('cancelled' in data) {
      const { stop } = jobs.get(data.id) ?? {};
      jobs.delete(data.id);
      stop?.abort();
      return;
    }
    if (data.job) begin(data.id, data.job);
    for (const tile of data.tiles) jobs.get(data.id)?.tiles.arrive(tile);
  };

  return () => {
    for (const [id, { stop }] of jobs) {
      port.postMessage({ id, failed: true } satisfies ThreadResult);
      jobs.delete(id);
      stop.abort();
    }
    port.close();
  };
}

async function resultOf(id: number, job: Job, { tiles, stop }: RunningJob, engine: Engine): Promise<ThreadResult> {
  const timing = new Timing();
  try {
    const bytes = await runJob(job, tiles, engine, { timing, signal: stop.signal });
    return { id, bytes: owned(bytes), costs: timing.costs };
  } catch (error) {
    if (!(error instanceof ImageServerError)) return { id, failed: true };
    return { id, status: error.status, message: error.message };
  }
}

/** Bytes whose buffer may be transferred: not a part of a larger one, such as WASM memory. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return whole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
