import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FaultServer, type StoredObject, startFaultServer } from './fault-server.ts';
import { FAULTS, type Fault } from './faults.ts';
import { KINDS, type Kind, objects, type Result } from './kinds.ts';
import { createReader, DEADLINE } from './reader.ts';
import { Table } from './table.ts';

/** Milliseconds that an answer may take beyond its deadline, on a machine that is busy. */
const GRACE = 1000;

let server: FaultServer;
let elsewhere: FaultServer;
/** What is right, by kind: of the object, and of its other version. */
const right = new Map<Kind, readonly Result[]>();
const table = new Table(KINDS.map(({ name }) => name));

beforeAll(async () => {
  elsewhere = await startFaultServer();
  server = await startFaultServer(elsewhere.origin);
  for (const kind of KINDS) right.set(kind, []);
  const stored = await objects();
  const versions: ((object: StoredObject) => StoredObject)[] = [({ other }) => other ?? noOther(), (object) => object];
  for (const version of versions) {
    for (const [path, object] of stored) {
      server.objects.set(path, version(object));
      elsewhere.objects.set(path, version(object));
    }
    for (const kind of KINDS) {
      const reader = createReader(server.origin);
      await kind.prepare(reader);
      right.set(kind, [await kind.read(reader), ...(right.get(kind) ?? [])]);
    }
  }
}, 60_000);

afterAll(async () => {
  process.stdout.write(`\n${table}\n`);
  await server.close();
  await elsewhere.close();
});

function noOther(): never {
  throw new Error('The object has no other version');
}

/** Bytes that differ are too many to be shown. */
const same = (a: Result, b: Result | undefined) => a.status === b?.status && Buffer.compare(a.bytes, b.bytes) === 0;

function expectOutcome(result: Result, { words, ...fault }: Fault, kind: Kind, references: readonly Result[]): void {
  const outcomes = kind.name === 'pack' && fault.pack !== undefined ? [fault.pack] : fault.outcomes;
  if (result.status === 200) {
    expect(outcomes).toContain('right');
    expect(references.some((reference) => same(result, reference))).toBe(true);
    return;
  }
  expect(outcomes).toContain(result.status);
  if (words) expect(result.words).toMatch(words);
  expect(result.words).not.toMatch(/secret|127\.0\.0\.1|http:|invalid/);
}

function expectErrorHeaders({ status, headers }: Result, { retryAfter }: Fault): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  expect(headers.has('retry-after')).toBe(status === 503);
  // A date may have come a second nearer.
  if (retryAfter) expect([retryAfter - 1, retryAfter]).toContain(Number(headers.get('retry-after')));
}

describe.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', async (_kind, kind) => {
    const references = right.get(kind) ?? [];
    const reader = createReader(server.origin);
    await kind.prepare(reader);
    server.misbehave(fault.misbehave, kind.spared);
    reader.lose(fault.lost);
    const start = performance.now();
    const result = await kind.read(reader);
    const milliseconds = performance.now() - start;
    table.set(fault.name, kind.name, { status: result.status, milliseconds, words: result.words });
    server.misbehave(undefined);
    reader.lose(undefined);

    expectOutcome(result, fault, kind, references);
    if (kind.name !== 'pack') {
      if (result.status !== 200) expectErrorHeaders(result, fault);
      expect(milliseconds).toBeLessThan(DEADLINE + GRACE);
    }
    // Whatever was read for it has ended.
    await vi.waitUntil(() => reader.pending === 0 && server.unended === 0, { timeout: 2000 });

    // The next one is right, and so is what was kept of it, in this life and in another.
    reader.later();
    // What was seen of the source a moment ago is taken to be so still.
    const known = fault.turns ? references : references.slice(0, 1);
    const lives = [reader, reader, reader.restart()];
    for (const [index, life] of lives.entries()) {
      const again = await kind.read(life);
      expect(again.words).toBe('');
      expect(known.some((one) => same(again, one))).toBe(true);
      if (index > 0 && kind.name !== 'header' && kind.name !== 'index') expect(again.isHit).toBe(true);
    }
  });
});
