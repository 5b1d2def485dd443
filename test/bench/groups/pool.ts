import { type Bench, batchOf, potto } from '../browser.ts';
import { compared, type Figure, single } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { interleave, median } from '../statistics.ts';

const ROUNDS = 7;
const WARM_UP = 3;
/** Regions of 2,000 × 1,400 pixels, scaled by no power of two, so that every pixel is decoded and resampled. */
const REGIONS = Array.from(
  { length: 8 },
  (_, i) => `${(i % 4) * 1000 + 37},${Math.floor(i / 4) * 1600 + 41},2000,1400`,
);
const SIZE = '1100,770';
/** The second takes longer to encode, so that less of the time is reading. */
const FORMATS = ['jpg', 'webp'] as const;

/** Renders at once: on two threads that a page lends, and on the worker's own. */
export const pool: Group = {
  name: 'Renders on all cores',
  async measure({ browser, nextCopy }) {
    const lent = await browser.install('lent', { threads: 2 });
    const own = await browser.install('own', { threads: 0 });
    const figures: Figure[] = [];
    for (const format of FORMATS) {
      const ids = Array.from({ length: ROUNDS + WARM_UP }, () => copyOf(PHOTO, nextCopy()));
      const onThreads: number[] = [];
      const renders = async (bench: Bench, round: number) => {
        // The index is read before. Reading the tiles is part of what is measured, on both sides.
        await batchOf(bench.page, [{ url: potto(bench, `${ids[round]}/info.json`) }], 1);
        const urlOf = (region: string) => potto(bench, `${ids[round]}/${region}/${SIZE}/0/default.${format}`);
        const wanted = REGIONS.map((region) => ({ url: urlOf(region) }));
        const { milliseconds, exchanges } = await batchOf(bench.page, wanted, wanted.length);
        if (bench === lent)
          onThreads.push(exchanges.filter(({ serverTiming }) => /\bthread\b/.test(serverTiming)).length);
        return milliseconds;
      };
      const turns = (first: number) => ({
        lent: (round: number) => renders(lent, first + round),
        own: (round: number) => renders(own, first + round),
      });
      // Threads are asked for when the first render wants one, and each compiles the kernel for itself.
      await interleave(WARM_UP, turns(0));
      onThreads.length = 0;
      const times = await interleave(ROUNDS, turns(WARM_UP));
      figures.push(
        compared({
          name: `${REGIONS.length} renders at once to ${format}, with a pool of 2`,
          potto: median(times.lent),
          peer: median(times.own),
          against: 'without a pool',
          unit: 'ms',
          target: { atMost: 0.6 },
        }),
        single('of these on a thread of the pool', median(onThreads), ''),
      );
    }
    await Promise.all([lent.page.close(), own.page.close()]);
    return figures;
  },
};
