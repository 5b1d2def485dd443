import { stats } from '../src/page/index.ts';
import { element } from './elements.ts';
import { type Counts, costsOf, passthroughShare, type Times, timesOf } from './figures.ts';
import { isAnswer, isTile } from './iiif.ts';
import { watchTiles } from './samples.ts';
import { createTally } from './tally.ts';

/** At most so often the worker is asked, milliseconds. */
const REFRESH_AFTER = 250;
/** A screen reader hears the figures when nothing has come for so long, milliseconds … */
const REST = 3000;
/** … and no more often than this: they are beside the image, not the matter. */
const SPEAK_AT_MOST = 20_000;
/** The shares' bar is drawn in a box of this width. */
const BAR_WIDTH = 100;

const count = new Intl.NumberFormat('en');
const rough = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat('en', { style: 'percent' });
const milliseconds = new Intl.NumberFormat('en', { style: 'unit', unit: 'millisecond', maximumSignificantDigits: 2 });
const kilobytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
const megabytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });

/**
 * Keeps the panel true, for what happens from now on. It asks the worker only after the page itself has asked for
 * images: asking keeps a worker awake, and a page that lies open should not.
 */
export async function startPanel(): Promise<void> {
  const tally = createTally(await stats().catch(() => undefined));
  const speak = createSpeaker();
  let due = false;
  const samples = watchTiles(isAnswer, isTile, () => {
    if (due) return;
    due = true;
    setTimeout(async () => {
      due = false;
      const times = timesOf(samples());
      showTimes(times);
      try {
        const counts = tally(await stats());
        showCounts(counts);
        speak(inWords(times, counts));
      } catch {
        // A worker that doesn't answer leaves the numbers as they were; the next request asks again.
      }
    }, REFRESH_AFTER);
  });
}

function showTimes(times: Times | undefined): void {
  write('per-second', times?.perSecond, rough);
  write('median', times?.median, milliseconds);
  write('p95', times?.p95, milliseconds);
}

function showCounts(counts: Counts): void {
  const costs = costsOf(counts);
  write('passthrough-share', passthroughShare(counts), percent);
  write('requests-per-tile', costs?.requests, rough);
  writeBytes('bytes-per-tile', costs?.bytes);
  write('answers', counts.answers, count);
  write('passthrough', counts.passthrough, count);
  write('hits', counts.hits, count);
  write('rendered', counts.rendered, count);
  write('errors', counts.errors, count);
  write('source-requests', counts.sourceRequests, count);
  writeBytes('source-bytes', counts.sourceBytes);
  showShares([counts.passthrough, counts.hits, counts.rendered]);
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

function writeBytes(id: string, bytes: number | undefined): void {
  if (bytes !== undefined && bytes >= 1e6) write(id, bytes / 1e6, megabytes);
  else write(id, bytes === undefined ? undefined : bytes / 1000, kilobytes);
}

function inWords(times: Times | undefined, { passthrough, hits, rendered, errors }: Counts): string {
  if (!times) return '';
  const { perSecond, median } = times;
  const speed = `${rough.format(perSecond)} tiles a second, half of them within ${rough.format(median)} milliseconds.`;
  const kinds = `${passthrough} passed through, ${hits} from the cache, ${rendered} rendered, ${errors} errors.`;
  return `${speed} ${kinds}`;
}

/** Tells the last of many texts to screen readers. */
function createSpeaker(): (text: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let spoke = Number.NEGATIVE_INFINITY;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        spoke = performance.now();
        element('panel-words', HTMLElement).textContent = text;
      },
      Math.max(REST, spoke + SPEAK_AT_MOST - performance.now()),
    );
  };
}
