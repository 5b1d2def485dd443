import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FAILURES_AT_MOST } from '../../src/source/breaker.ts';
import { type FaultServer, type Misbehave, startFaultServer } from './fault-server.ts';
import { FAULTS } from './faults.ts';
import { objects } from './kinds.ts';
import { createReader, DEADLINE } from './reader.ts';

const TILE = '256,256,256,256/256,256/0/default.jpg';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  for (const [path, object] of await objects()) server.objects.set(path, object);
});
beforeEach(() => {
  server.misbehave(undefined);
  server.requests.length = 0;
});
afterAll(() => server.close());

function named(name: string): Misbehave {
  const fault = FAULTS.find((one) => one.name === name);
  if (!fault) throw new Error(`There is no fault “${name}”`);
  return fault.misbehave;
}

test('an answer of many reads, none of which is slow, has one deadline for all of them', async () => {
  // The index of this file takes several reads, one after the other; each alone is answered in time.
  server.misbehave(({ answer }) => setTimeout(answer, DEADLINE * 0.6));
  const reader = createReader(server.origin);
  const start = performance.now();
  const answer = await reader.ask('pyramid.tif/info.json');
  expect([answer.status, await answer.text()]).toEqual([504, expect.stringMatching(/did not answer within 1 s/)]);
  expect(performance.now() - start).toBeLessThan(DEADLINE * 1.5);
  await vi.waitUntil(() => reader.pending === 0, { timeout: 2000 });
});

describe('a captive portal', () => {
  test('is named, keeps nothing, and once it is gone the next request works', async () => {
    const reader = createReader(server.origin);
    server.misbehave(named('HTML with status 200'));
    for (let count = 0; count < 3 * FAILURES_AT_MOST; count++) {
      const answer = await reader.ask('tiles.tif/info.json');
      expect([answer.status, await answer.text()]).toEqual([502, expect.stringMatching(/HTML page/)]);
    }
    server.misbehave(undefined);
    expect((await reader.ask(`tiles.tif/${TILE}`)).status).toBe(200);
  });
});

describe('a dead origin', () => {
  test('is asked a few times, then left alone, while every request is answered at once', async () => {
    const reader = createReader(server.origin);
    server.misbehave(named('reset at the start'));
    const statuses: number[] = [];
    for (let count = 0; count < 20; count++) statuses.push((await reader.ask('tiles.tif/info.json')).status);
    expect(statuses).toEqual([502, 502, ...Array.from({ length: 18 }, () => 503)]);
    expect(server.requests.length).toBe(FAILURES_AT_MOST);
  });

  test('that is silent costs each request its deadline no more than a few times', async () => {
    const reader = createReader(server.origin);
    server.misbehave(named('stalls before the head'));
    const view = Array.from({ length: 6 }, (_, index) => reader.ask(`tiles.tif/info.json?${index}`));
    const others = ['pyramid.tif', 'plain.jpg'].map((name) => reader.ask(`${name}/info.json`));
    await Promise.all([...view, ...others]);
    for (let more = 0; more < 3; more++) await reader.ask('tiles.tif/info.json');
    const start = performance.now();
    expect((await reader.ask('tiles.tif/info.json')).status).toBe(503);
    expect(performance.now() - start).toBeLessThan(DEADLINE / 2);
  });

  test('shows what is kept of it, and comes back with one probe', async () => {
    const reader = createReader(server.origin);
    expect((await reader.ask(`tiles.tif/${TILE}`)).status).toBe(200);
    server.misbehave(named('500'));
    for (let count = 0; count < 4; count++) await reader.ask('plain.jpg/info.json');
    expect((await reader.ask('plain.jpg/info.json')).status).toBe(503);
    const kept = await reader.ask(`tiles.tif/${TILE}`);
    expect([kept.status, kept.headers.get('x-potto')]).toEqual([200, 'offline']);
    server.misbehave(undefined);
    reader.later();
    const view = ['0,0', '256,0', '0,256', '512,512'].map((at) =>
      reader.ask(`tiles.tif/${at},256,256/256,256/0/default.jpg`),
    );
    const answers = await Promise.all([reader.ask('plain.jpg/info.json'), ...view]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});
