import { describe, expect, test, vi } from 'vitest';
import { LAST_RETRY } from '../../src/monitoring/delivery.ts';
import { memoryStore } from '../../src/monitoring/store.ts';
import { monitored } from './subject.ts';

const subject = monitored();
const { start } = subject;

test('alarms come as one message that Slack takes, without a preflight and without secrets', async () => {
  const { ask, settle, status } = start({
    alarms: { webhook: subject.receiver.url, threshold: 2, failures: 2, site: 'A & B' },
  });
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await settle();
  expect(subject.receiver.messages).toHaveLength(1);
  expect(subject.receiver.messages[0]?.contentType).toMatch(/^text\/plain/);
  expect(subject.receiver.messages[0]?.text).toMatch(/A &amp; B: .*3 answers.*"scans" is down.*Total outage/s);
  expect(subject.receiver.messages[0]?.text).not.toMatch(/127\.0\.0\.1/);
  expect(subject.receiver.ids).toHaveLength(3);
  const { alarms, ...rest } = await status();
  expect(alarms).toMatchObject({ configured: true, waiting: [] });
  expect(JSON.stringify({ alarms, rest })).not.toContain('hook-of-the-house');
});

test('what the webhook does not take is sent later, once', async () => {
  const monitor = { store: memoryStore() };
  const alarms = { webhook: subject.receiver.url, threshold: 2, failures: 99, window: 600 };
  const { ask, settle, status } = start({ monitor, alarms });
  subject.receiver.status = 503;
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await settle();
  expect((await status()).alarms).toMatchObject({ problem: 'The webhook answered 503.' });
  subject.receiver.status = 200;
  // Another life finds what waits.
  const next = start({ monitor, alarms });
  await vi.advanceTimersByTimeAsync(LAST_RETRY);
  for (const _event of [1, 2, 3]) {
    await next.ask('a/info.json');
    await next.settle();
  }
  expect(subject.receiver.ids.filter((id) => id.startsWith('errors'))).toHaveLength(1);
  expect(new Set(subject.receiver.ids).size).toBe(subject.receiver.ids.length);
  expect((await next.status()).alarms.waiting).toEqual([]);
});

test('two lives that look at the same moment send one message', async () => {
  const monitor = { store: memoryStore() };
  const alarms = { webhook: subject.receiver.url, threshold: 2 };
  const lives = [start({ monitor, alarms }), start({ monitor, alarms })];
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const { ask } of lives) for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await Promise.all(lives.map(({ settle }) => settle()));
  expect(new Set(subject.receiver.ids).size).toBe(subject.receiver.ids.length);
  expect(subject.receiver.ids.filter((id) => id.startsWith('errors'))).toHaveLength(1);
});

test('a webhook that is none is refused in words that do not repeat it', () => {
  expect(() => start({ alarms: { webhook: 'hooks/secret' } })).toThrow(/^alarms\.webhook is no absolute/);
  expect(() => start({ alarms: { webhook: subject.receiver.url, window: 1 } })).toThrow(/10 to 600/);
});

describe('of each alarm there is no more than one message in a window', () => {
  const WINDOW = 60;
  /** Lives of one worker, which fail. */
  function failing() {
    const monitor = { store: memoryStore() };
    const alarms = { webhook: subject.receiver.url, threshold: 2, failures: 99, window: WINDOW };
    subject.store.handler = (_request, response) => response.writeHead(500).end();
    return () => {
      const { ask, settle, status } = start({ monitor, alarms });
      return {
        status,
        settle,
        async fail() {
          for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
        },
      };
    };
  }
  const errors = () => subject.receiver.ids.filter((id) => id.startsWith('errors'));
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

  test('though the worker is ended before it is answered; in the next window the message comes again', async () => {
    const begin = failing();
    const first = begin();
    subject.receiver.silence = 'stalls';
    await first.fail();
    // It goes on, but nobody waits for it any more.
    void first.settle();
    await vi.waitUntil(() => errors().length === 1);
    subject.receiver.silence = undefined;
    const second = begin();
    for (let time = 0; time < 4; time++) {
      await second.fail();
      await second.settle();
    }
    expect(errors()).toHaveLength(1);
    expect((await second.status()).alarms.waiting.length).toBeGreaterThan(0);
    await pass(WINDOW);
    // What is new of it goes along.
    await second.fail();
    await second.settle();
    const [lost, again, fresh] = errors();
    expect(again).toBe(lost);
    expect(fresh).not.toBe(lost);
    expect(errors()).toHaveLength(3);
    expect(subject.receiver.messages).toHaveLength(2);
    expect((await second.status()).alarms.waiting).toEqual([]);
  });

  test('though the receiver hangs up, or a page may not read what it says', async () => {
    const { fail, settle, status } = failing()();
    subject.receiver.silence = 'hangs up';
    for (let time = 0; time < 8; time++) {
      await fail();
      await settle();
    }
    expect(errors()).toHaveLength(1);
    expect((await status()).alarms).toMatchObject({ problem: expect.stringMatching(/could not be reached/) });
    await pass(WINDOW);
    await fail();
    await settle();
    expect(subject.receiver.messages).toHaveLength(2);
  });

  test('though the one before came late', async () => {
    const { fail, settle } = failing()();
    subject.receiver.status = 503;
    await fail();
    await settle();
    await pass(WINDOW - 20);
    subject.receiver.status = 200;
    await fail();
    await settle();
    expect(errors()).toHaveLength(1);
    await pass(10);
    await fail();
    await settle();
    // Raised by now, and not told before its time.
    expect(errors()).toHaveLength(1);
    await pass(WINDOW);
    await fail();
    await settle();
    expect(subject.receiver.messages).toHaveLength(2);
    expect(new Set(errors()).size).toBe(errors().length);
  });
});

test('a source that is down is told, and so is that it is back', async () => {
  const alarms = { webhook: subject.receiver.url, failures: 2 };
  const { ask, settle } = start({ alarms });
  await ask('a/info.json');
  await settle();
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['b', 'c']) await ask(`${id}/info.json`);
  await settle();
  subject.store.handler = undefined;
  await vi.advanceTimersByTimeAsync(60_000);
  await ask('d/info.json');
  await settle();
  expect(subject.receiver.messages.map(({ text }) => text)).toEqual([
    expect.stringMatching(/"scans" is down/),
    expect.stringMatching(/"scans" is back, \d+ (second|minute)s? after/),
  ]);
});

test('a receiver that asks for more patience than anybody has is asked again within the hour', async () => {
  const { ask, settle } = start({ alarms: { webhook: subject.receiver.url, threshold: 2, failures: 99 } });
  subject.receiver.status = 429;
  subject.receiver.retryAfter = 1e9;
  subject.store.handler = (_request, response) => response.writeHead(500).end();
  for (const id of ['a', 'b', 'c']) await ask(`${id}/info.json`);
  await settle();
  subject.receiver.status = 200;
  await vi.advanceTimersByTimeAsync(3_600_000);
  await ask('a/info.json');
  await settle();
  expect(subject.receiver.messages).toHaveLength(1);
});
