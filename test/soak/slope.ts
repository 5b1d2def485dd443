/** A value at a time in milliseconds. */
export type Sample = readonly [time: number, value: number];

/** How fast values grow, per minute, by least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const count = samples.length;
  const mean = (index: 0 | 1) => samples.reduce((sum, sample) => sum + sample[index], 0) / count;
  const [middle, level] = [mean(0), mean(1)];
  let [covariance, variance] = [0, 0];
  for (const [time, value] of samples) {
    covariance += (time - middle) * (value - level);
    variance += (time - middle) ** 2;
  }
  return variance === 0 ? 0 : (covariance / variance) * 60_000;
}
