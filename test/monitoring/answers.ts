import type { AnswerReport } from '../../src/options.ts';
import { Timing } from '../../src/timing.ts';

/** A report of an answer with an image, made in this way. */
export function answered(report: Partial<AnswerReport> = {}, ...marks: readonly string[]): AnswerReport {
  const timing = new Timing();
  for (const mark of marks) timing.mark(mark);
  if (marks.includes('read')) timing.add('read', 1, 1000);
  const url = 'https://example.org/iiif/3/scans%3Aa/full/max/0/default.jpg';
  const what = { method: 'GET', url, route: 'image', identifier: 'scans:a', source: 'scans' } as const;
  const how = { status: 200, milliseconds: 7, bytes: 500, timing, error: undefined, priority: 'high' } as const;
  return { ...what, ...how, ...report };
}
