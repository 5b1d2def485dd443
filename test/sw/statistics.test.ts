import { expect, test } from 'vitest';
import { createStatistics } from '../../sw/statistics.ts';
import { answered } from '../monitoring/answers.ts';

function answer(status: number, ...marks: readonly string[]) {
  const report = answered({ status, milliseconds: 1 }, ...marks);
  report.timing.add('read', 1, 100);
  return report;
}

test('an answer counts once, by the way it was made', () => {
  const statistics = createStatistics();
  for (const way of ['passthrough', 'rendered', 'hit']) statistics.count(answer(200, way));
  expect(statistics.current()).toMatchObject({ answers: 3, passthrough: 1, rendered: 1, hits: 1, errors: 0 });
});

test('an answer that failed on the way is an error and nothing else, and what it read is counted', () => {
  const statistics = createStatistics();
  statistics.count(answer(502, 'rendered'));
  const { rendered, errors, sourceRequests, sourceBytes } = statistics.current();
  expect({ rendered, errors, sourceRequests, sourceBytes }).toEqual({
    rendered: 0,
    errors: 1,
    sourceRequests: 1,
    sourceBytes: 100,
  });
});

test('what was read ahead is no answer, but its cost is counted', () => {
  const statistics = createStatistics();
  statistics.count({ ...answer(200, 'passthrough'), priority: 'low' });
  expect(statistics.current()).toMatchObject({ answers: 0, passthrough: 0, sourceRequests: 1, sourceBytes: 100 });
});
