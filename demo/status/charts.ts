import type { Figures, Status } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { bar, make, row, swatch, upright } from './dom.ts';
import { inMilliseconds, inPercent, inWhole, timeOf } from './words.ts';

/** Bars of the chart of the traffic, as wide as its box, and their height. */
const BARS = 120;
const TRAFFIC_HEIGHT = 30;
/** Width of a class in the chart of the latencies, and its height. */
const CLASS_WIDTH = 10;
const LATENCY_HEIGHT = 34;

/** How images were answered: the name in a status, the colour's class, words. */
const WAYS = [
  ['passthrough', 'passthrough', 'as stored'],
  ['hits', 'hits', 'from the cache'],
  ['rendered', 'rendered', 'rendered'],
  ['notModified', 'unchanged', 'unchanged (304)'],
  ['degraded', 'degraded', 'less sharp: no source'],
] as const;

/** Draws the answers of the last ten minutes, the newest on the right. */
export function showTraffic({ moments, momentSeconds, now }: Status): void {
  const width = momentSeconds * 1000;
  const end = Math.floor(now / width) * width;
  const most = Math.max(1, ...moments.map(({ requests }) => requests));
  const bars = moments.flatMap(({ time, requests, errors }) => {
    const x = BARS - 1 - (end - time) / width;
    if (x < 0) return [];
    const height = (count: number) => (count / most) * TRAFFIC_HEIGHT;
    const at = (kind: string, count: number) => bar(kind, x, TRAFFIC_HEIGHT - height(count), 0.85, height(count));
    return [at('passthrough', requests), at('errors-bar', errors)];
  });
  redraw('traffic', bars);
  const sum = (pick: (moment: Status['moments'][number]) => number) =>
    moments.reduce((all, moment) => all + pick(moment), 0);
  const errors = sum((moment) => moment.errors);
  element('traffic-words', HTMLElement).textContent =
    `${inWhole(sum(({ requests }) => requests))} answers, ${inWhole(errors)} of them errors (red); ${inWhole(most)} within ${momentSeconds} seconds at the most.`;
  element('traffic-rows', HTMLElement).replaceChildren(...minutesOf(moments));
}

/** Leaves the chart its name. */
function redraw(chart: string, shapes: readonly Node[]): void {
  const drawing = element(chart, SVGSVGElement);
  const title = drawing.querySelector('title');
  drawing.replaceChildren(...(title ? [title] : []), ...shapes);
}

function minutesOf(moments: Status['moments']): readonly Node[] {
  const minutes = new Map<number, [number, number, number]>();
  for (const { time, requests, errors, serverErrors } of moments) {
    const minute = Math.floor(time / 60_000) * 60_000;
    const [a, b, c] = minutes.get(minute) ?? [0, 0, 0];
    minutes.set(minute, [a + requests, b + errors, c + serverErrors]);
  }
  return Array.from(minutes, ([minute, counts]) =>
    row([timeOf(minute), ...counts.map(inWhole)], { isNamed: true }),
  ).reverse();
}

/** Draws how long images took, by the classes of the histogram, with lines where half and 95 of 100 of them are done. */
export function showLatency({ latencyBounds }: Status, { latency, p50, p95 }: Figures): void {
  const most = Math.max(1, ...latency);
  const all = latency.reduce((sum, count) => sum + count, 0);
  const bars = latency.map((count, place) => {
    const height = (count / most) * LATENCY_HEIGHT;
    return bar('passthrough', place * CLASS_WIDTH + 0.5, LATENCY_HEIGHT - height, CLASS_WIDTH - 1, height);
  });
  const lines = [p50, p95].flatMap((value) =>
    value === undefined ? [] : [upright('median', placeOf(value, latencyBounds) * CLASS_WIDTH, LATENCY_HEIGHT)],
  );
  redraw('latency', [...bars, ...lines]);
  const names = latency.map((_count, place) => nameOfClass(latencyBounds[place]));
  element('latency-axis', HTMLElement).replaceChildren(...names.map((name) => make('li', name)));
  element('latency-words', HTMLElement).textContent =
    `The lines: half of ${inWhole(all)} images were there within ${inMilliseconds(p50)}, 95 of 100 within ${inMilliseconds(p95)}.`;
  element('latency-rows', HTMLElement).replaceChildren(
    ...latency.map((count, place) => row([names[place] ?? '', inWhole(count)], { isNamed: true })),
  );
}

function nameOfClass(bound: number | undefined): string {
  return bound === undefined ? 'more' : inMilliseconds(bound);
}

/** Where in the chart these milliseconds are, counted in classes. */
function placeOf(value: number, bounds: readonly number[]): number {
  const place = bounds.findIndex((bound) => value <= bound);
  if (place === -1) return bounds.length;
  const from = bounds[place - 1] ?? 0;
  return place + (value - from) / ((bounds[place] ?? value) - from || 1);
}

/** Draws the shares of the ways in which images were answered. */
export function showWays(figures: Figures): void {
  const all = WAYS.reduce((sum, [name]) => sum + figures[name], 0);
  let x = 0;
  const bars = WAYS.map(([name, kind]) => {
    const width = all === 0 ? 0 : (figures[name] / all) * 100;
    x += width;
    return bar(kind, x - width, 0, width, 4);
  });
  element('ways-bar', SVGSVGElement).replaceChildren(...bars);
  element('ways', HTMLElement).replaceChildren(
    ...WAYS.map(([name, kind, words]) =>
      make('li', swatch(kind), `${inPercent(figures[name], all)} ${words} (${inWhole(figures[name])})`),
    ),
  );
}
