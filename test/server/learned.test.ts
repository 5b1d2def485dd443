import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import { MemoryIndex } from './stores.ts';
import { type Subject, startSubject, takeRanges } from './subject.ts';

const file = new URL('../image/jp2/fixtures/lrcp-layers-sop-eph.j2k', import.meta.url);
let subject: Subject;
beforeAll(async () => {
  subject = await startSubject(new Uint8Array(readFileSync(file)));
});
afterAll(() => subject.close());

test('what reading regions tells of an image is kept, and is known in another life', async () => {
  const index = new MemoryIndex<ImageStructure>();
  const first = subject.start({ index });
  const answer = await first.ask('x/0,0,100,100/100,100/0/default.jpg');
  expect(answer.status).toBe(200);
  const [record] = index.records.values();
  expect(record?.structure).toMatchObject({ kind: 'jp2' });
  const known = record?.structure.kind === 'jp2' ? record.structure.packets.get(0) : undefined;
  expect(known?.placed).toBe(known?.lengths.length);
  expect(known?.placed).toBeGreaterThan(0);
  takeRanges(subject.store);
  const second = subject.start({ index });
  const again = await second.ask('x/100,50,100,100/100,100/0/default.jpg');
  expect(again.status).toBe(200);
  // Just packets: neither the header nor packet headers are read again.
  expect(takeRanges(subject.store).length).toBeLessThanOrEqual(1);
});
