import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORIGIN, pictureStore } from '../conformance/subject.ts';
import { type EdgeWorker, startWorker } from './workerd.ts';

const ROUNDS = 10;

/** An answer of the edge: `cacheControl` says whether the platform keeps it. */
const ANSWERS = {
  'from the platform’s cache': { kept: true, path: 'plaza/256,256,256,256/256,/0/default.jpg' },
  'a stored tile': { kept: false, path: 'plaza/512,512,256,256/256,/0/default.jpg' },
  '300 pixels wide, JPEG': { kept: false, path: 'plaza/full/300,/0/default.jpg' },
  'the same as WebP': { kept: false, path: 'plaza/full/300,/0/default.webp' },
  'the same as AVIF': { kept: false, path: 'plaza/full/300,/0/default.avif' },
} as const;

const worker = (options: string) => `
  import { createEdgeHandler } from './edge.js';
  export default createEdgeHandler({ sources: 'https://images.example/{id}.tif', ${options} });`;

let keeping: EdgeWorker;
let forgetting: EdgeWorker;
beforeAll(async () => {
  const store = await pictureStore();
  keeping = await startWorker(worker(''), store);
  forgetting = await startWorker(worker("cacheControl: 'no-store'"), store);
});
afterAll(async () => {
  await keeping.close();
  await forgetting.close();
});

test('tells what answers take, as the page of capacity has it', { timeout: 120_000 }, async () => {
  const times = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { kept, path }] of Object.entries(ANSWERS)) {
      const start = performance.now();
      const answer = await (kept ? keeping : forgetting).fetch(`${ORIGIN}/iiif/3/${path}`);
      await answer.arrayBuffer();
      expect(answer.status).toBe(200);
      // The first of each compiles and opens.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
    }
  }
  for (const [name, all] of times) {
    const median = all.toSorted((a, b) => a - b)[ROUNDS / 2] ?? Number.NaN;
    console.info(`${name}: ${median.toFixed(1)} ms`);
  }
  expect(times.size).toBe(Object.keys(ANSWERS).length);
});
