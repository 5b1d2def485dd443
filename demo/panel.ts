import { type Stats, stats } from '../src/page/index.ts';
import { element } from './elements.ts';
import { iiifBase } from './iiif.ts';
import { watchLatency } from './latency.ts';

/** At most so often the worker is asked, milliseconds. */
const REFRESH_AFTER = 250;
/** The shares' bar is drawn in a box of this width. */
const BAR_WIDTH = 100;

const count = new Intl.NumberFormat('en');
const kilobytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
const megabytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
const milliseconds = new Intl.NumberFormat('en', { style: 'unit', unit: 'millisecond', maximumSignificantDigits: 2 });

/**
 * Keeps the panel true. It asks the worker only after the page itself has asked for images: asking keeps a worker
 * awake, and a page that lies open should not.
 */
export function startPanel(): void {
  let due = false;
  const latency = watchLatency(iiifBase, () => {
    if (due) return;
    due = true;
    setTimeout(async () => {
      due = false;
      write('median', latency.median(), milliseconds);
      // A worker that doesn't answer leaves the numbers as they were; the next request asks again.
      await stats().then(show, () => undefined);
    }, REFRESH_AFTER);
  });
}

function show(now: Stats): void {
  write('source-requests', now.sourceRequests, count);
  write('source-bytes', now.sourceBytes / 1000, kilobytes);
  if (now.sourceBytes >= 1e6) write('source-bytes', now.sourceBytes / 1e6, megabytes);
  write('answers', now.answers, count);
  write('passthrough', now.passthrough, count);
  write('hits', now.hits, count);
  write('rendered', now.rendered, count);
  write('errors', now.errors, count);
  showShares([now.passthrough, now.hits, now.rendered]);
}

/** Draws the parts side by side, in the order of the bar's rectangles. */
function showShares(parts: readonly number[]): void {
  const total = parts.reduce((sum, part) => sum + part, 0);
  const bars = element('shares', SVGSVGElement).querySelectorAll('rect');
  let x = 0;
  for (const [index, part] of parts.entries()) {
    const width = total === 0 ? 0 : (part / total) * BAR_WIDTH;
    bars[index]?.setAttribute('x', `${x}`);
    bars[index]?.setAttribute('width', `${width}`);
    x += width;
  }
}

function write(id: string, value: number | undefined, format: Intl.NumberFormat): void {
  element(id, HTMLElement).textContent = value === undefined ? '–' : format.format(value);
}
