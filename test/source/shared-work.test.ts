import { describe, expect, test } from 'vitest';
import { type SharedWork, SharedWorks } from '../../src/source/shared-work.ts';

/** Works that wait until the test lets them end. */
function controlled() {
  const started: {
    readonly work: SharedWork;
    readonly resolve: (value: string) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  const start = (work: SharedWork) => new Promise<string>((resolve, reject) => started.push({ work, resolve, reject }));
  return { works: new SharedWorks<string>(), start, started };
}

describe('work that several want at the same time', () => {
  test('is done once, and its result goes to all of them', async () => {
    const { works, start, started } = controlled();
    const both = [works.join('a', {}, start), works.join('a', {}, start)];
    expect(started).toHaveLength(1);
    started[0]?.resolve('done');
    const expected = { result: 'done', joined: 2 };
    expect(await Promise.all(both)).toEqual([expected, expected]);
  });

  test('goes on for the others when one leaves', async () => {
    const { works, start, started } = controlled();
    const leaver = new AbortController();
    const left = works.join('a', { signal: leaver.signal }, start);
    const stays = works.join('a', {}, start);
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(started[0]?.work.signal.aborted).toBe(false);
    started[0]?.resolve('done');
    expect((await stays).result).toBe('done');
  });

  test('is aborted when the last one leaves, and begun anew by who comes then', async () => {
    const { works, start, started } = controlled();
    const leavers = [new AbortController(), new AbortController()];
    const all = leavers.map(({ signal }) => works.join('a', { signal }, start));
    for (const leaver of leavers) leaver.abort(new Error('left'));
    for (const left of all) await expect(left).rejects.toThrow('left');
    expect(started[0]?.work.signal.aborted).toBe(true);
    const anew = works.join('a', {}, start);
    expect(started).toHaveLength(2);
    started[0]?.reject(new Error('aborted'));
    started[1]?.resolve('done');
    expect((await anew).result).toBe('done');
  });

  test('is as urgent as the most urgent of them', () => {
    const { works, start, started } = controlled();
    void works.join('a', { priority: 'low' }, start);
    expect(started[0]?.work.priority).toBe('low');
    void works.join('a', {}, start);
    expect(started[0]?.work.priority).toBe('high');
  });

  test('that failed for all is tried anew by the next', async () => {
    const { works, start, started } = controlled();
    const both = [works.join('a', {}, start), works.join('a', {}, start)];
    started[0]?.reject(new Error('failed'));
    for (const one of both) await expect(one).rejects.toThrow('failed');
    void works.join('a', {}, start);
    expect(started).toHaveLength(2);
  });
});
