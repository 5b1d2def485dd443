import type { Sample } from './figures.ts';

/** So many last tiles make the times, which thus follow what the reader does now. */
const WINDOW = 100;

/**
 * Watches the tiles that this page asks for, as the browser times them. Calls `changed` when any of the addresses that
 * `isAnswer` picks was answered; gives the samples of the last that `isTile` picks. A failure has no time.
 */
export function watchTiles(
  isAnswer: (url: string) => boolean,
  isTile: (url: string) => boolean,
  changed: () => void,
): () => readonly Sample[] {
  const samples: Sample[] = [];
  new PerformanceObserver((list) => {
    const answers = list.getEntriesByType('resource').filter(({ name }) => isAnswer(name));
    for (const entry of answers) {
      const failed = entry instanceof PerformanceResourceTiming && entry.responseStatus >= 400;
      if (isTile(entry.name) && !failed)
        samples.push({ start: entry.startTime, end: entry.startTime + entry.duration });
    }
    samples.splice(0, samples.length - WINDOW);
    if (answers.length > 0) changed();
  }).observe({ type: 'resource' });
  return () => samples;
}
