import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TagValue, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { createServerOfFiles } from './files.ts';

/** What an answer may be: never a fault of ours. */
const STATUSES = [200, 303, 400, 404, 413, 501, 502, 503];
const RUNS = 150;

const { serve, ask } = createServerOfFiles({ memory: 64 * 2 ** 20 });
let files = 0;

/** @returns the statuses of all that is asked of a file. */
async function statusesOf(bytes: Uint8Array<ArrayBuffer>): Promise<readonly number[]> {
  files += 1;
  serve(`file-${files}`, bytes);
  const paths = ['info.json', 'full/!64,64/0/default.jpg', '3,3,20,20/max/0/default.png'];
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await ask(`file-${files}/${path}`)).status);
  return statuses;
}

const number = fc.oneof(fc.nat(70), fc.constantFrom(0, 1, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff), fc.nat(100_000));
const value: fc.Arbitrary<TagValue> = fc.oneof(
  fc.record({ type: fc.constantFrom(1, 3, 4, 5, 11, 13, 16), values: fc.array(number, { maxLength: 6 }) }),
  fc.uint8Array({ maxLength: 40 }),
);
const tag = fc.constantFrom(
  ...[254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 317, 320, 322, 323, 324, 325, 330, 338],
  ...[339, 340, 341, 347, 530, 532, 34675],
);

test('any tags of a TIFF end in an answer', { timeout: 120_000 }, async () => {
  const changes = fc.array(fc.tuple(tag, value), { minLength: 1, maxLength: 5 });
  const options = fc.record({ big: fc.boolean(), littleEndian: fc.boolean() });
  const property = fc.asyncProperty(changes, options, async (changed, layout) => {
    const tile = new Uint8Array(16 * 16 * 3).map((_, index) => index);
    const made = new Map([...tiledTags(40, 30, 16), ...changed]);
    const bytes = writeTiff([{ tags: made, tiles: [tile, tile, tile, tile, tile, tile] }], layout);
    for (const status of await statusesOf(bytes)) expect(STATUSES).toContain(status);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('any bytes behind a known beginning end in an answer', { timeout: 120_000 }, async () => {
  const beginning = fc.constantFrom(
    'II*\0',
    'MM\0*',
    'II+\0\b\0\0\0',
    '\xff\xd8\xff',
    '\x89PNG\r\n\x1a\n',
    'RIFF\0\0\0\0WEBPVP8 ',
    'GIF89a',
    '\0\0\0\x0cjP  \r\n\x87\n',
    '\xff\x4f\xff\x51',
    '\0\0\0\x1cftypavif',
  );
  const property = fc.asyncProperty(beginning, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
    const bytes = Uint8Array.from([...Buffer.from(start, 'latin1'), ...rest]);
    for (const status of await statusesOf(bytes)) expect(STATUSES).toContain(status);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('any path is answered', { timeout: 120_000 }, async () => {
  serve('whole', writeTiff([{ tags: tiledTags(40, 30, 16), tiles: Array(6).fill(new Uint8Array(16 * 16 * 3)) }]));
  const segment = (...known: string[]) =>
    fc.oneof(fc.constantFrom(...known), fc.webSegment(), fc.string({ maxLength: 20 }));
  const numbers = fc.array(fc.oneof(fc.integer().map(String), fc.double().map(String)), { minLength: 4, maxLength: 4 });
  const region = fc.oneof(
    segment('full', 'square', 'pct:0,0,50,50', '0,0,9,9'),
    numbers.map((four) => four.join()),
  );
  const size = segment('max', '^max', '9,', ',9', '!9,9', 'pct:9', '^pct:900', '^99999,99999', '0,0');
  const rotation = segment('0', '!90', '359.99', '1e3', '-1');
  const property = fc.asyncProperty(
    region,
    size,
    rotation,
    segment('default.jpg', 'gray.png', 'x.y'),
    async (...parts) => {
      const path = parts.map((part) => encodeURIComponent(part)).join('/');
      expect(STATUSES).toContain((await ask(`whole/${path}`)).status);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});
