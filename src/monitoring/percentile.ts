import { LATENCY_BOUNDS } from './tally.ts';

/**
 * The milliseconds within which so great a part (0 to 1) of the answers came, as if those of one class lay evenly in it;
 * undefined without answers. Beyond the last bound it is that bound.
 */
export function percentile(latency: readonly number[], part: number): number | undefined {
  const all = latency.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let before = 0;
  for (const [place, count] of latency.entries()) {
    if (count > 0 && before + count >= part * all) {
      const from = LATENCY_BOUNDS[place - 1] ?? 0;
      const to = LATENCY_BOUNDS[place] ?? from;
      return from + (to - from) * ((part * all - before) / count);
    }
    before += count;
  }
  return LATENCY_BOUNDS.at(-1);
}
