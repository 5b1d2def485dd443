import { expect, test, vi } from 'vitest';
import { listen } from '../../src/host/node.ts';
import { memoryStore } from '../../src/monitoring/store.ts';
import { monitored } from './subject.ts';

const TILE = 'a/0,0,256,256/256,256/0/default.jpg';

const subject = monitored();
const { start } = subject;

test('the status tells what was answered, by route and by source', async () => {
  const { ask } = start();
  await ask('a/info.json');
  await ask(TILE);
  await ask(TILE.replace('jpg', 'png'));
  await ask('a/full/huge/0/default.jpg');
  const response = await ask('_status');
  expect(response.headers.get('Content-Type')).toBe('application/json');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  const status = await response.json();
  expect(status.routes.info).toMatchObject({ requests: 1, errors: 0 });
  expect(status.routes.image).toMatchObject({ requests: 3, passthrough: 1, rendered: 1, statuses: { 400: 1 } });
  expect(status.sources.scans).toMatchObject({ requests: 4, state: { latest: 'a', failures: 0 } });
  expect(status.sources.scans.sourceBytes).toBeGreaterThan(1000);
  expect(status.errors).toMatchObject([{ status: 400, route: 'image', path: '/iiif/a/full/huge/0/default.jpg' }]);
});

test('HEAD of a status has its headers', async () => {
  const response = await start().ask('_status', { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
  expect(Number(response.headers.get('Content-Length'))).toBeGreaterThan(100);
});

test('Accept chooses the text of Prometheus or OpenMetrics', async () => {
  const { ask } = start();
  await ask(TILE);
  await ask('a/full/huge/0/default.jpg');
  const plain = await ask('_status', { headers: { Accept: 'text/plain' } });
  expect(plain.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await plain.text();
  expect(text).toMatch(/^# TYPE potto_requests_total counter$/m);
  expect(text).toMatch(/^potto_requests_total\{route="image"\} 2$/m);
  expect(text).toMatch(/^potto_answer_seconds_bucket\{route="image",le="\+Inf"\} 2$/m);
  // The same of the source.
  expect(text).toMatch(/^potto_source_answers_total\{source="scans"\} 2$/m);
  expect(text).toMatch(/^potto_source_ways_total\{source="scans",way="passthrough"\} 1$/m);
  expect(text).toMatch(/^potto_source_errors_total\{source="scans",status="400"\} 1$/m);
  expect(text).toMatch(/^potto_source_answer_seconds_bucket\{source="scans",le="\+Inf"\} 2$/m);
  expect(text).toMatch(/^potto_source_answered_bytes_total\{source="scans"\} [1-9]\d+$/m);
  // Each family is described once, and stands in one piece.
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(families).size).toBe(families.length);
  // As Prometheus asks.
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
  const open = await ask('_status', { headers: { Accept: accept } });
  expect(open.headers.get('Content-Type')).toMatch(/^application\/openmetrics-text/);
  expect(await open.text()).toMatch(/# EOF\n$/);
  const browser = await ask('_status', { headers: { Accept: 'text/html,application/xml;q=0.9,*/*;q=0.8' } });
  expect(browser.headers.get('Content-Type')).toBe('application/json');
});

test('identifiers that look alike are images still', async () => {
  const { ask } = start();
  for (const path of ['_status/info.json', '_health/full/max/0/default.jpg', '3/_status/info.json']) {
    expect((await ask(path)).headers.get('Content-Type'), path).toMatch(/^(image\/jpeg|application\/ld\+json)/);
  }
  expect((await ask('3/_status')).status).toBe(303);
  expect((await ask('_status/')).status).toBe(303);
  expect((await start({ status: false }).ask('_status')).status).toBe(303);
});

test('no secret of a source comes into the status', async () => {
  const { ask } = start({ sources: `${subject.store.origin}/{id}.tif?X-Amz-Signature=hidden-signature` });
  subject.store.handler = (_request, response) => response.writeHead(500).end('hidden-body');
  expect((await ask('a/info.json?token=hidden-token')).status).toBe(502);
  const text = await (await ask('_status')).text();
  expect(JSON.parse(text).errors).toMatchObject([{ status: 502, path: '/iiif/a/info.json' }]);
  expect(text).not.toMatch(/hidden/);
});

test('the latest 200 errors are remembered, with what led to them, by later lives too', async () => {
  const monitor = { store: memoryStore() };
  const before = start({ monitor });
  for (let index = 0; index < 150; index++) await before.ask(`a/full/huge-${index}/0/default.jpg`);
  await before.settle();
  const { ask, status } = start({ monitor });
  for (let index = 150; index < 249; index++) await ask(`a/full/huge-${index}/0/default.jpg`);
  subject.store.handler = (_request, response) => response.writeHead(500).end('hidden-body');
  await ask('b/info.json');
  const { errors } = await status();
  expect(errors).toHaveLength(200);
  expect(errors[0]?.path).toBe('/iiif/a/full/huge-50/0/default.jpg');
  expect(errors.at(-1)).toMatchObject({ status: 502, source: 'scans', causes: ['The source answered 500'] });
});

test('the status tells that a source is left alone, until when and why', async () => {
  const { ask, status } = start();
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  const { breaker } = (await status()).sources.scans ?? {};
  expect(breaker).toMatchObject({ state: 'open', failures: 5, problem: expect.stringMatching(/in trouble/) });
  expect(breaker?.retryAt).toBeGreaterThan(Date.now());
});

test('counters outlive the server where the host keeps them', async () => {
  const monitor = { store: memoryStore() };
  const before = start({ monitor });
  await before.ask(TILE);
  await before.settle();
  const { ask, status } = start({ monitor });
  await ask(TILE);
  expect((await status()).routes.image?.requests).toBe(2);
});

test('a store that fails loses nothing but what another life would have known', async () => {
  const update = () => Promise.reject(new Error('no room'));
  const { ask, status, settle } = start({ monitor: { store: { update } } });
  await ask(TILE);
  await settle();
  await ask(TILE);
  expect((await status()).routes.image?.requests).toBe(2);
});

test('the health of a source is one byte of the image that it delivered last', async () => {
  const { ask } = start();
  expect(await (await ask('_health')).json()).toMatchObject({ ok: true, sources: { scans: { state: 'unknown' } } });
  await vi.advanceTimersByTimeAsync(6000);
  await ask(TILE);
  subject.store.ranges.splice(0);
  const [one, other] = await Promise.all([ask('_health'), ask('_health')]);
  expect(subject.store.ranges).toEqual(['bytes=0-0']);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(await one.json()).toMatchObject({ sources: { scans: { state: 'up', identifier: 'a', breaker: 'closed' } } });
  await ask('_health');
  expect(subject.store.ranges).toHaveLength(1);
});

test('a source that fails makes the health 503', async () => {
  const { ask } = start({ health: 'chosen' });
  subject.store.handler = (_request, response) => response.writeHead(403).end();
  const response = await ask('_health');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    ok: false,
    sources: { scans: { state: 'down', identifier: 'chosen', problem: expect.stringContaining('403') } },
  });
});

test('over HTTP it is the same', async () => {
  const host = await listen(start(), { host: '127.0.0.1', port: 0 });
  const response = await fetch(`${host.url}/iiif/_status`);
  expect(await response.json()).toMatchObject({ alarms: { configured: false } });
  await host.close();
});

test('after a sign-out nothing is told any more of images of sources that are not public', async () => {
  const state = memoryStore();
  const sources = {
    scans: `${subject.store.origin}/{id}.tif`,
    private: { url: `${subject.store.origin}/private/{id}.tif`, access: { kind: 'basic' } },
  } as const;
  const credentials = () => ({ username: 'reader', password: 'secret' });
  const options = { sources, credentials, monitor: { store: state } };
  const { ask, settle, status, monitor } = start(options);
  const asked = ['scans%2Fa/info.json', 'private%2Fletter/info.json', 'scans%2Fa/full/huge/0/default.jpg'];
  for (const path of [...asked, 'private%2Fletter/full/huge/0/default.jpg']) await ask(path);
  await settle();
  // One more of each, that is not kept yet.
  for (const identifier of ['scans%2Fa', 'private%2Fdiary']) await ask(`${identifier}/full/vast/0/default.jpg`);
  expect(JSON.stringify(await state.update((before) => before ?? fail()))).toContain('letter');
  await monitor.forgetPrivate();
  const told = JSON.stringify([await status(), await state.update((before) => before ?? fail())]);
  expect(told).not.toMatch(/letter|diary/);
  expect(told).toMatch(/scans.*huge/);
  expect(told).toMatch(/scans.*vast/);
  // Another life of the server has nothing of them either.
  expect(JSON.stringify(await start(options).status())).not.toMatch(/letter|diary/);
});

function fail(): never {
  throw new Error('Nothing is kept');
}
