import { type Figure, single, skipped, table } from '../bench/figures.ts';
import { type Sample, slopeOf } from './slope.ts';
import { soak } from './soak.ts';

/** An hour unless told otherwise. */
const minutes = Number(process.env.SOAK_MINUTES ?? 60);
const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);

console.log(`${minutes} minutes, seed ${seed}`);
const report = await soak({ milliseconds: minutes * 60_000, seed });
const { memory } = report;
/** Shorter runs are all warming up. */
const LONG = 10;

const figures = [
  single('answers', report.answers, ''),
  single('of them from coarser levels, while the source was out of reach', report.degraded, ''),
  single('of them errors that were injected', report.refused, ''),
  single('storms', report.storms, ''),
  single('requests to the source that were let down', report.misbehaved, ''),
  single('times the worker was ended', report.kills, ''),
  single('errors that were not injected, and wrong bytes', report.wrong, '', { atMost: 0 }),
  ...(memory.length < 8 ? [skipped('memory', 'not told by this system')] : memoryFigures()),
];
console.log(table(figures));
for (const words of report.words) console.log(words);
// The shaped line stays open.
process.exit(figures.some(({ verdict }) => verdict === 'not met') ? 1 : 0);

function memoryFigures(): readonly Figure[] {
  const [quarter, half] = [memory.length >> 2, memory.length >> 1];
  const [before, after] = [megabytes(memory.slice(quarter, half)), megabytes(memory.slice(-quarter))];
  return [
    single('memory of the pages and the worker in the second quarter, median', before, 'MB'),
    single('the same in the last quarter', after, 'MB'),
    single('slope of the second half, MB a minute', slopeOf(memory.slice(half)) / 1e6, ''),
    single('last quarter to second', after / before, '', ...(minutes < LONG ? [] : [{ atMost: 1.15 }])),
  ];
}

/** Median. */
function megabytes(samples: readonly Sample[]): number {
  const values = samples.map(([, bytes]) => bytes / 1e6).sort((a, b) => a - b);
  return values[values.length >> 1] ?? Number.NaN;
}
