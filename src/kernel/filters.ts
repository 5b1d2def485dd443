/**
 * How pixels are weighed: `area` is the exact mean of what a pixel covers, for reducing (enlarged, it shows pixels as
 * blocks); `mitchell` (Mitchell and Netravali 1988, B = C = ⅓) enlarges smoothly and also reduces; `lanczos3` is the
 * sharpest, with slight ringing.
 */
export type Filter = 'area' | 'mitchell' | 'lanczos3';

/** A filter's weight at a distance from the centre, both in pixels of the coarser side; 0 beyond the radius. */
interface FilterFunction {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

export const axisFilters: Readonly<Record<Exclude<Filter, 'area'>, FilterFunction>> = {
  mitchell: { radius: 2, weight: mitchell },
  lanczos3: { radius: 3, weight: lanczos3 },
};

function mitchell(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((7 * x - 12) * x * x + 16 / 3) / 6;
  if (x < 2) return (((-7 / 3) * x + 12) * x * x - 20 * x + 32 / 3) / 6;
  return 0;
}

function lanczos3(distance: number): number {
  return Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
