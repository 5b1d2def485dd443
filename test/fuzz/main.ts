/**
 * `npm run test:fuzz`: damaged files, through the whole server. FUZZ_MUTANTS: how many; FUZZ_SEED: which; FUZZ_FIRST: the
 * number of the first, so that FUZZ_SEED=… FUZZ_FIRST=… FUZZ_MUTANTS=1 tries one again, which FUZZ_SAVE=path writes.
 */
import { writeFileSync } from 'node:fs';
import { mutantOf } from './mutate.ts';
import { fuzz } from './run.ts';
import { makeSeeds } from './seeds.ts';

const MEBIBYTE = 2 ** 20;
const PROGRESS = 1000;
const { env } = process;
const number = (name: string, otherwise: number) => Number(env[name] ?? otherwise);

const seed = number('FUZZ_SEED', Date.now() % 1_000_000_007);
const mutants = number('FUZZ_MUTANTS', 20_000);
const first = number('FUZZ_FIRST', 0);
const memory = number('FUZZ_MEMORY', 128) * MEBIBYTE;
console.log(`${mutants} mutants of seed ${seed} from number ${first} on, memory ${memory / MEBIBYTE} MiB`);

if (env.FUZZ_SAVE) {
  const mutant = mutantOf(await makeSeeds(), seed, first);
  writeFileSync(env.FUZZ_SAVE, mutant.bytes);
  console.log(`${env.FUZZ_SAVE} is mutant ${first} of ${mutant.seed.name}`);
}

let done = 0;
const began = performance.now();
const { faults, statistics } = await fuzz({
  seed,
  mutants,
  first,
  memory,
  processes: number('FUZZ_PROCESSES', 2),
  deadline: number('FUZZ_DEADLINE', 15_000),
  onFault: ({ index, name, path, fault }) => {
    console.log(`FUZZ_SEED=${seed} FUZZ_FIRST=${index} FUZZ_MUTANTS=1 (${name}) ${path}\n  ${fault}`);
  },
  onBatch: ({ mutants: count }) => {
    done += count;
    if (done % PROGRESS === 0) console.log(`${done} tried after ${Math.round((performance.now() - began) / 1000)} s`);
  },
});
const seconds = (performance.now() - began) / 1000;

const statuses: Record<string, number> = {};
for (const { statuses: found } of statistics) {
  for (const [status, count] of Object.entries(found)) statuses[status] = (statuses[status] ?? 0) + count;
}
const tried = statistics.reduce((sum, batch) => sum + batch.mutants, 0);
const most = (key: 'rss' | 'wasm' | 'live') =>
  Math.round(Math.max(0, ...statistics.map((batch) => batch[key])) / MEBIBYTE);
const slowest = statistics.map((batch) => batch.slowest).sort((a, b) => b.milliseconds - a.milliseconds);
console.log(
  `${tried} mutants in ${seconds.toFixed(1)} s, ${(tried / seconds).toFixed(0)} a second; answers by status:`,
  statuses,
);
console.log(
  `Memory at most: processes grew by ${most('rss')} MiB; WASM ${most('wasm')} MiB, of it ${most('live')} MiB live after a batch`,
);
for (const { milliseconds, index, name, path } of slowest.slice(0, 5)) {
  console.log(`Slow: ${milliseconds.toFixed(0)} ms, mutant ${index} of ${name}, ${path}`);
}
console.log(`${faults.length} faults`);
process.exitCode = faults.length === 0 && tried > 0 ? 0 : 1;
