/** The median is that of so many last answers, so that it follows what the reader does now. */
const WINDOW = 50;

export interface Latency {
  /** Median time from asking to the last byte, milliseconds, as the page saw it; undefined before the first answer. */
  median(): number | undefined;
}

/** Watches the page's own requests under `prefix`, and calls `changed` when some were answered. */
export function watchLatency(prefix: string, changed: () => void): Latency {
  const durations: number[] = [];
  new PerformanceObserver((list) => {
    const answered = list.getEntries().filter(({ name }) => name.startsWith(prefix));
    if (answered.length === 0) return;
    durations.push(...answered.map(({ duration }) => duration));
    durations.splice(0, durations.length - WINDOW);
    changed();
  }).observe({ type: 'resource' });
  return { median: () => durations.toSorted((a, b) => a - b)[durations.length >> 1] };
}
