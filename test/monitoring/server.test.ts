import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { listen } from '../../src/host/node.ts';
import { LAST_RETRY } from '../../src/monitoring/delivery.ts';
import { memoryStore } from '../../src/monitoring/store.ts';
import type { ImageServerOptions } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { libvipsPyramid } from '../server/files.ts';
import { type RangeServer, startRangeServer } from '../source/range-server.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const TILE = 'a/0,0,256,256/256,256/0/default.jpg';

let file: Uint8Array;
beforeAll(async () => {
  file = await libvipsPyramid(600, 400);
});

let store: RangeServer;
let receiver: Receiver;
beforeEach(async () => {
  store = await startRangeServer(file);
  receiver = await startReceiver();
  // The clock is the test's; what really takes time, the network, takes it.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 20 });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  await receiver.close();
});

function start(options: Partial<ImageServerOptions> = {}) {
  const server = createImageServer({ sources: { scans: `${store.origin}/{id}.tif` }, wasm: loadWasm, ...options });
  const ask = (path: string, init?: RequestInit) =>
    server.fetch(new Request(`https://potto.example/iiif/${path}`, init));
  return {
    ...server,
    ask,
    status: () => server.monitor.status(),
    /** Lets what was counted be kept, and alarms be sent. */
    async settle() {
      const settled = server.monitor.settled();
      await vi.advanceTimersByTimeAsync(6000);
      await settled;
    },
  };
}

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
  const plain = await ask('_status', { headers: { Accept: 'text/plain' } });
  expect(plain.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await plain.text();
  expect(text).toMatch(/^# TYPE potto_requests_total counter$/m);
  expect(text).toMatch(/^potto_requests_total\{route="image"\} 1$/m);
  expect(text).toMatch(/^potto_answer_seconds_bucket\{route="image",le="\+Inf"\} 1$/m);
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
  const { ask } = start({ sources: `${store.origin}/{id}.tif?X-Amz-Signature=hidden-signature` });
  store.handler = (_request, response) => response.writeHead(500).end('hidden-body');
  expect((await ask('a/info.json?token=hidden-token')).status).toBe(502);
  const text = await (await ask('_status')).text();
  expect(JSON.parse(text).errors).toMatchObject([{ status: 502, path: '/iiif/a/info.json' }]);
  expect(text).not.toMatch(/hidden/);
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
  store.ranges.splice(0);
  const [one, other] = await Promise.all([ask('_health'), ask('_health')]);
  expect(store.ranges).toEqual(['bytes=0-0']);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(await one.json()).toMatchObject({ sources: { scans: { state: 'up', identifier: 'a', breaker: 'closed' } } });
  await ask('_health');
  expect(store.ranges).toHaveLength(1);
});

test('a source that fails makes the health 503', async () => {
  const { ask } = start({ health: 'chosen' });
  store.handler = (_request, response) => response.writeHead(403).end();
  const response = await ask('_health');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    ok: false,
    sources: { scans: { state: 'down', identifier: 'chosen', problem: expect.stringContaining('403') } },
  });
});

test('alarms come as one message that Slack takes, without a preflight and without secrets', async () => {
  const { ask, settle, status } = start({
    alarms: { webhook: receiver.url, threshold: 2, failures: 2, site: 'A & B' },
  });
  store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await settle();
  expect(receiver.messages).toHaveLength(1);
  expect(receiver.messages[0]?.contentType).toMatch(/^text\/plain/);
  expect(receiver.messages[0]?.text).toMatch(/A &amp; B: .*3 answers.*"scans" is down.*Total outage/s);
  expect(receiver.messages[0]?.text).not.toMatch(/127\.0\.0\.1/);
  expect(receiver.ids).toHaveLength(3);
  const { alarms, ...rest } = await status();
  expect(alarms).toMatchObject({ configured: true, waiting: [] });
  expect(JSON.stringify({ alarms, rest })).not.toContain('hook-of-the-house');
});

test('what the webhook does not take is sent later, once', async () => {
  const monitor = { store: memoryStore() };
  const alarms = { webhook: receiver.url, threshold: 2, failures: 99, window: 600 };
  const { ask, settle, status } = start({ monitor, alarms });
  receiver.status = 503;
  store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await settle();
  expect((await status()).alarms).toMatchObject({ problem: 'The webhook answered 503.' });
  receiver.status = 200;
  // Another life finds what waits.
  const next = start({ monitor, alarms });
  await vi.advanceTimersByTimeAsync(LAST_RETRY);
  for (const _event of [1, 2, 3]) {
    await next.ask('a/info.json');
    await next.settle();
  }
  expect(receiver.ids.filter((id) => id.startsWith('errors'))).toHaveLength(1);
  expect(new Set(receiver.ids).size).toBe(receiver.ids.length);
  expect((await next.status()).alarms.waiting).toEqual([]);
});

test('two lives that look at the same moment send one message', async () => {
  const monitor = { store: memoryStore() };
  const alarms = { webhook: receiver.url, threshold: 2 };
  const lives = [start({ monitor, alarms }), start({ monitor, alarms })];
  store.handler = (_request, response) => response.writeHead(500).end();
  for (const { ask } of lives) for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await Promise.all(lives.map(({ settle }) => settle()));
  expect(new Set(receiver.ids).size).toBe(receiver.ids.length);
  expect(receiver.ids.filter((id) => id.startsWith('errors'))).toHaveLength(1);
});

test('a webhook that is none is refused in words that do not repeat it', () => {
  expect(() => start({ alarms: { webhook: 'hooks/secret' } })).toThrow(/^alarms\.webhook is no absolute/);
  expect(() => start({ alarms: { webhook: receiver.url, window: 1 } })).toThrow(/10 to 600/);
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
    scans: `${store.origin}/{id}.tif`,
    private: { url: `${store.origin}/private/{id}.tif`, access: { kind: 'basic' } },
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
