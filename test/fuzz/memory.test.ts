import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createServerOfFiles } from './files.ts';
import { wasmHeapBytes, watchWasmHeaps } from './wasm-heaps.ts';

watchWasmHeaps();

const MEBIBYTE = 2 ** 20;
const MEMORY = 192 * MEBIBYTE;
/** What the process itself takes for 50 compressed answers, and for what isn't collected yet. */
const UNCOLLECTED = 160 * MEBIBYTE;
const AT_ONCE = 50;

/** Eight of them would take 200 MB. */
const bigTiff = await sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#c83' } })
  .tiff({ tile: true, tileWidth: 512, tileHeight: 512, compression: 'deflate' })
  .toBuffer();
const bigPng = await sharp({ create: { width: 2500, height: 2000, channels: 3, background: '#38c' } })
  .png()
  .toBuffer();

const TIFF = (index: number) => `tiff/50,50,2000,2000/${600 + index},/0/default.jpg`;
const PNG = (index: number) => `png/full/${200 + index},/0/default.jpg`;

test('50 large renders at once stay within the memory, and all are answered or told when to ask again', {
  timeout: 120_000,
}, async () => {
  const { serve, ask } = createServerOfFiles({ memory: MEMORY });
  serve('tiff', new Uint8Array(bigTiff));
  serve('png', new Uint8Array(bigPng));
  await ask('tiff/0,0,512,512/64,64/0/default.jpg');
  const before = process.memoryUsage.rss();
  let [most, mostWasm, watching] = [0, 0, true];
  const watch = () => {
    most = Math.max(most, process.memoryUsage.rss() - before);
    mostWasm = Math.max(mostWasm, wasmHeapBytes());
    if (watching) setImmediate(watch);
  };
  watch();
  const paths = Array.from({ length: AT_ONCE }, (_, index) => (index % 5 === 0 ? PNG(index) : TIFF(index)));
  const answers = await Promise.all(paths.map((path) => ask(path)));
  watching = false;
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeLessThan(AT_ONCE);
  // Where the machine is so busy that their turn doesn't come in time.
  for (const { status, headers } of refused) expect([status, headers.get('Retry-After')]).toEqual([503, '5']);
  expect(mostWasm).toBeLessThan(MEMORY);
  expect(most).toBeLessThan(MEMORY + UNCOLLECTED);
});

test('a stored tile and a small answer come before large ones that wait', { timeout: 120_000 }, async () => {
  const { serve, ask } = createServerOfFiles({ memory: MEMORY });
  const jpegs = await sharp(bigPng)
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, compression: 'jpeg' })
    .toBuffer();
  serve('tiff', new Uint8Array(bigTiff));
  serve('stored', new Uint8Array(jpegs));
  await Promise.all([ask('stored/info.json'), ask('tiff/info.json')]);
  const order: string[] = [];
  const asked = async (name: string, path: string) => {
    await ask(path);
    order.push(name);
  };
  const large = Array.from({ length: 8 }, (_, index) =>
    asked('large', `tiff/0,0,2600,2600/${1300 + index},/0/default.jpg`),
  );
  const small = [
    asked('stored', 'stored/256,256,256,256/256,256/0/default.jpg'),
    asked('small', 'tiff/512,512,512,512/256,256/0/default.jpg'),
  ];
  await Promise.all([...large, ...small]);
  expect(order.indexOf('stored')).toBeLessThan(3);
  expect(order.indexOf('small')).toBeLessThan(6);
});

test('who goes away while its answer waits is forgotten', { timeout: 60_000 }, async () => {
  const { serve, ask } = createServerOfFiles({ memory: MEMORY });
  serve('tiff', new Uint8Array(bigTiff));
  const abort = new AbortController();
  const path = (index: number) => `tiff/0,0,2600,2600/${1400 + index},/0/default.jpg`;
  const leaving = Array.from({ length: 8 }, (_, index) => ask(path(index), abort.signal).catch(() => undefined));
  abort.abort();
  await Promise.all(leaving);
  expect((await ask(path(9))).status).toBe(200);
});

test('memory is refused in words when it is too little, or no number', () => {
  for (const memory of [0, 1000, 1.5 * 2 ** 26 + 0.5, Number.NaN]) {
    expect(() => createServerOfFiles({ memory })).toThrow(/memory is .* whole number of bytes/);
  }
});
