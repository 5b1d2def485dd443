import { psnr, seenByLibvips } from '../formats/picture.ts';
import { createSubject, pathsFor } from './ask.ts';
import { mutantOf } from './mutate.ts';
import type { Batch, ChildOptions, Report, Statistics } from './protocol.ts';
import { makeSeeds, type Seed } from './seeds.ts';
import { wasmHeapBytes, watchWasmHeaps } from './wasm-heaps.ts';

/** Healthy files that are looked at after each batch. */
const HEALTHY_AT_ONCE = 4;
/** What answers to a healthy file look like at least, in decibels against libvips: colours convert differently. */
const LEAST_LIKENESS = 30;
/**
 * Beside what the server counts within its memory: bytes that the process takes for files, answers and WASM memories
 * which nobody holds any more, until they are collected.
 */
const UNCOLLECTED = 384 * 2 ** 20;
const HEALTHY = 'full/max/0/default.png';

watchWasmHeaps();
const { seed: runSeed, memory } = JSON.parse(process.argv.at(-1) ?? '{}') as ChildOptions;
const report = (message: Report) => process.send?.(message);
const seeds = await makeSeeds();
const subject = createSubject(memory);
const healthy = new Map<string, Buffer>();
let lastHealthy = 0;

async function runBatch({ from, to }: Batch): Promise<Statistics> {
  const statuses: Record<string, number> = {};
  let [rss, wasm] = [0, 0];
  const path = '';
  const checkMemory = (kind: string, found: number, allowed: number, index: number, name: string) => {
    if (found <= allowed) return;
    report({
      kind: 'fault',
      index,
      name,
      path,
      fault: `${kind} of ${mebibytes(found)} MiB, allowed are ${mebibytes(allowed)}`,
    });
  };
  let slowest: Statistics['slowest'] = { milliseconds: 0, index: from, name: '', path: '' };
  for (let index = from; index < to; index++) {
    const { seed, bytes, random } = mutantOf(seeds, runSeed, index);
    const { name } = seed;
    report({ kind: 'begun', index, name });
    const identifier = `mutant-${index}`;
    subject.serve(identifier, bytes);
    const ask = async (path: string) => {
      const { status, body, milliseconds, fault } = await subject.ask(`${identifier}/${path}`);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, index, name, path };
      if (fault) report({ kind: 'fault', index, name, path, fault });
      return { status, body };
    };
    const info = await ask('info.json');
    const size = info.status === 200 ? JSON.parse(new TextDecoder().decode(info.body)) : { width: 80, height: 60 };
    for (const path of pathsFor(size, random)) await ask(path);
    const [grown, heaps] = [process.memoryUsage.rss() - began, wasmHeapBytes()];
    checkMemory('process grown by', grown, memory + UNCOLLECTED, index, name);
    rss = Math.max(rss, grown);
    wasm = Math.max(wasm, heaps);
  }
  for (let count = 0; count < HEALTHY_AT_ONCE; count++) await checkHealthy(to - 1);
  const live = await liveHeapBytes();
  checkMemory('live WASM memories', live, memory, to - 1, '');
  return { mutants: to - from, statuses, rss, wasm, live, slowest };
}

/** What is kept, when all that can be collected is. */
async function liveHeapBytes(): Promise<number> {
  // What a WeakRef showed stays for the rest of its turn, and what an instance holds goes after it.
  for (let collection = 0; collection < 2; collection++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return wasmHeapBytes();
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

/** A file that nobody damaged is shown as it was at the beginning, when it was compared with libvips. */
async function checkHealthy(index: number): Promise<void> {
  const seed = seeds[lastHealthy % seeds.length];
  lastHealthy += 1;
  if (!seed) return;
  const { name, bytes } = seed;
  const identifier = `healthy-${lastHealthy}`;
  subject.serve(identifier, bytes);
  const { status, body } = await subject.ask(`${identifier}/${HEALTHY}`);
  const expected = healthy.get(name);
  const fault = await faultOf(seed, status, body, expected);
  if (fault) report({ kind: 'fault', index, name, path: HEALTHY, fault: `healthy file: ${fault}` });
  else healthy.set(name, Buffer.from(body));
}

async function faultOf({ bytes, kind, name }: Seed, status: number, body: Uint8Array, expected: Buffer | undefined) {
  if (status !== 200) return `${status} ${new TextDecoder().decode(body)}`;
  if (expected) return expected.equals(body) ? undefined : 'other pixels than before';
  // What libvips as sharp has it can't read was compared with other references elsewhere.
  if (kind === 'jp2' || /^(zstd|lerc|lab|jp2k|ycbcr|webp|cmyk)/.test(name)) return undefined;
  const likeness = psnr(await seenByLibvips(bytes), await seenByLibvips(body));
  return likeness >= LEAST_LIKENESS ? undefined : `${likeness} dB`;
}

process.on('message', (batch: Batch) => {
  void runBatch(batch).then((statistics) => report({ kind: 'done', statistics }));
});
process.once('disconnect', () => process.exit());
for (let count = 0; count < seeds.length; count++) await checkHealthy(-1);
const began = process.memoryUsage.rss();
report({ kind: 'ready' });
