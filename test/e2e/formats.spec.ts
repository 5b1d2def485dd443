import type { Page } from 'playwright/test';
import sharp from 'sharp';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { areaMean, photo, psnr, type Rectangle, type Seen, seenByLibvips } from '../formats/picture.ts';
import { ROWS } from '../formats/rows.ts';
import { type Answer, ask } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { openCors } from './store/buckets.ts';

const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  png: 'image/png',
  tif: 'image/tiff',
  webp: 'image/webp',
};

const TILE = 'iiif/3/nuthatch/512,512,512,512/200,200/0/default';
const wasmOf = (requests: readonly string[]) =>
  requests.flatMap((request) => /(\S+)\.wasm/.exec(request)?.[1]?.replace(/^.*\//, '') ?? []).sort();

test('what rare formats need is fetched when it is first needed, once, and is there offline', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  expect(wasmOf(site.requests)).toEqual(['jpeg-decode', 'kernel', 'png', 'webp-decode', 'webp-encode']);

  for (const format of ['gif', 'tif', 'pdf', 'avif']) {
    const answer = await ask(page, `${TILE}.${format}`);
    expect(answer.status, format).toBe(200);
    expect(answer.headers['content-type']).toBe(TYPES[format]);
    if (format !== 'pdf') expect(await sharp(answer.bytes).metadata()).toMatchObject({ width: 200, height: 200 });
  }
  const fetched = ['avif-encode', 'jpeg-decode', 'kernel', 'png', 'webp-decode', 'webp-encode'];
  expect(wasmOf(site.requests)).toEqual(fetched);

  await stopWorker(page);
  site.set('avif-encode.wasm', 'gone');
  expect((await ask(page, `${TILE.replace('200,200', '100,100')}.avif`)).status).toBe(200);
  expect(wasmOf(site.requests)).toEqual(fetched);
});

/** Kinds of files, one for each way in which samples come to be: rows of the table of formats, and inks. */
const KINDS = [
  ['TIFF layout', 'strips'],
  ['TIFF compression', 'CCITT Group 4'],
  ['TIFF compression', 'Zstandard'],
  ['TIFF samples', 'RGB, 16 bits'],
  ['Plain image', 'JPEG, progressive'],
  ['Plain image', 'PNG'],
  ['Plain image', 'WebP'],
  ['Plain image', 'AVIF'],
  ['Plain image', 'GIF'],
] as const;

/** Least likeness to what libvips sees, in decibels. */
const LOSSLESS = 45;
const LOSSY = 38;

/** A file, and what libvips sees in it. */
interface Kind {
  readonly key: string;
  readonly file: Uint8Array;
  readonly seen: Seen;
  readonly decibels: number;
}

async function kinds(): Promise<readonly Kind[]> {
  const rows = KINDS.map(([group, name]) => {
    const row = ROWS.find((row) => row.group === group && row.name === name);
    if (!row) throw new Error(`The table of formats has no row ${group}: ${name}`);
    return row;
  });
  const inks = {
    name: 'CMYK',
    lossless: false,
    file: () => photo().withIccProfile('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
    seen: undefined,
  };
  return Promise.all(
    [...rows, inks].map(async ({ name, lossless, file: make, seen }) => {
      const file = await make();
      const decibels = lossless ? LOSSLESS : LOSSY;
      return { key: name.replace(/\W+/g, '-'), file, seen: await (seen?.() ?? seenByLibvips(file)), decibels };
    }),
  );
}

/** Other formats to be answered, with the least likeness to the image that their default settings leave. */
const OUTPUTS = [
  { format: 'jpg', decibels: 36 },
  { format: 'webp', decibels: 36 },
  { format: 'gif', decibels: 30 },
  { format: 'tif', decibels: LOSSLESS },
  { format: 'avif', decibels: 36 },
  { format: 'pdf', decibels: 36 },
];

test('files of every kind show what they hold, in every format, also when nothing but their bucket is in reach', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const files = await kinds();
  const objects = new Map(files.map(({ key, file }) => [key, file]));
  const store = await startStore({
    buckets: [{ name: 'kinds', objects, policy: publicReadPolicy('kinds'), cors: [openCors] }],
  });
  const site = await openWorkerSite({ options: `{ sources: '${store.url}/kinds/{id}' }` });
  const page = await visit(await openBrowser(), site.url);
  expect(await shortcomings(page, files, { x: 30, y: 20, width: 400, height: 280 })).toEqual([]);

  await site.close();
  await stopWorker(page);
  // What wasn't asked for before, so that it is made anew.
  expect(await shortcomings(page, files, { x: 210, y: 130, width: 400, height: 280 })).toEqual([]);
  await store.close();
});

/** What answers lack: a part of each file in two sizes, and of the first file in each other format. */
async function shortcomings(page: Page, files: readonly Kind[], part: Rectangle): Promise<readonly string[]> {
  const questions = [
    ...files.flatMap((kind) => [1, 2].map((divisor) => ({ kind, divisor, format: 'png', decibels: kind.decibels }))),
    ...files.slice(0, 1).flatMap((kind) => OUTPUTS.map((output) => ({ kind, divisor: 1, ...output }))),
  ];
  const found: string[] = [];
  for (const { kind, divisor, format, decibels } of questions) {
    const [width, height] = [part.width / divisor, part.height / divisor];
    const path = `${kind.key}/${part.x},${part.y},${part.width},${part.height}/${width},${height}/0/default.${format}`;
    const answer = await ask(page, `iiif/3/${path}`);
    const isFormat = answer.headers['content-type'] === TYPES[format];
    const likeness = isFormat ? psnr(await seen(answer), areaMean(kind.seen, part, width, height)) : 0;
    // Sizes that differ have no likeness at all.
    if (!(likeness >= decibels)) found.push(`${path}: ${answer.status}, like it by ${likeness.toFixed(1)} dB`);
  }
  return found;
}

/** What an answer shows; of a PDF, the JPEG in it. */
function seen({ bytes, headers }: Answer): Promise<Seen> {
  if (headers['content-type'] !== TYPES.pdf) return seenByLibvips(bytes);
  const start = bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  return seenByLibvips(bytes.subarray(start, bytes.indexOf('\nendstream', start)));
}
