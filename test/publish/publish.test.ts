import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderFinder } from '../../src/host/folder.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { type PublishOptions, publish } from '../../src/publish/publish.ts';
import { createImageServer } from '../../src/server.ts';
import { noise, picture, writeFiles } from './scans.ts';

const built = fileURLToPath(new URL('../../dist/', import.meta.url));
const TILED = { tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: 'jpeg', quality: 95 } as const;

let folder: string;
let scans: string;
let site: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-publish-'));
  scans = join(folder, 'scans');
  site = join(folder, 'site');
});
afterEach(() => rm(folder, { recursive: true }));

const run = (options: Partial<PublishOptions> = {}) =>
  publish({
    scans,
    site,
    title: 'Scans',
    pyramid: { compression: 'jpeg', quality: 85 },
    dryRun: false,
    sharp,
    built,
    ...options,
  });
const kinds = (report: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(report.outcomes.map(({ scan, kind }) => [scan.name, kind]));
const json = async (name: string) => JSON.parse(await readFile(join(site, name), 'utf8'));

/** What the image server makes of the published images. */
async function server() {
  return createImageServer({ sources: await folderFinder(join(site, 'images')), wasm: nodeWasmLoader() });
}

async function pixel(identifier: string, x: number, y: number): Promise<readonly number[]> {
  const url = `http://localhost/iiif/3/${encodeURIComponent(identifier)}/${x},${y},8,8/max/0/default.png`;
  const answer = await (await server()).fetch(new Request(url));
  const { data } = await sharp(Buffer.from(await answer.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, 3)];
}

// `npm run build` writes the pages that are copied.
describe.skipIf(!existsSync(join(built, 'site')))('publish', () => {
  test('makes pyramids, books, manifests, a collection and the worker’s files', async () => {
    await writeFiles(scans, {
      'one.jpg': picture(1500, 1100).jpeg().toBuffer(),
      'book/10.png': picture(1200, 800, 3).png().toBuffer(),
      'book/9.tif': picture(1200, 800, 2).tiff({ compression: 'lzw' }).toBuffer(),
      'readme.txt': 'no image',
    });
    const report = await run();
    expect(kinds(report)).toEqual({ 'one.jpg': 'made', 'book/10.png': 'made', 'book/9.tif': 'made' });
    expect(report.others).toEqual(['readme.txt']);
    const collection = await json('collection.json');
    expect(collection.items.map(({ label }: { label: { none: string[] } }) => label.none[0])).toEqual(['one', 'book']);
    const manifest = await json('manifests/book.json');
    expect(manifest.items.map(({ label }: { label: { none: string[] } }) => label.none[0])).toEqual(['9', '10']);
    expect(manifest.id).toBe('https://site.invalid/manifests/book.json');
    const files = await readdir(site);
    for (const name of ['index.html', 'work.html', 'zoom.html', 'sw.js', 'potto-sw.js', 'kernel.wasm'])
      expect(files).toContain(name);
  });

  test('opens with one read, and its tiles are handed out as they are stored', async () => {
    await writeFiles(scans, { 'one.jpg': picture(5000, 4000).jpeg().toBuffer() });
    await run();
    const images = await server();
    const info = await images.fetch(new Request('http://localhost/iiif/3/one/info.json'));
    expect(info.headers.get('server-timing')).toMatch(/read;[^,]*desc="1 /);
    const tile = await images.fetch(new Request('http://localhost/iiif/3/one/512,512,512,512/512,512/0/default.jpg'));
    expect(tile.headers.get('server-timing')).toContain('passthrough');
  });

  test('a second run makes only what changed, by content', async () => {
    await writeFiles(scans, {
      'a.jpg': picture(1300, 900, 1).jpeg().toBuffer(),
      'b.jpg': picture(1300, 900, 2).jpeg().toBuffer(),
      'c.jpg': picture(1300, 900, 3).jpeg().toBuffer(),
    });
    await run();
    await writeFiles(scans, { 'b.jpg': picture(1300, 900, 4).jpeg().toBuffer() });
    await utimes(join(scans, 'c.jpg'), 1, 1);
    expect(kinds(await run())).toEqual({ 'a.jpg': 'unchanged', 'b.jpg': 'made', 'c.jpg': 'unchanged' });
    expect(kinds(await run({ pyramid: { compression: 'webp', quality: 80 } }))['a.jpg']).toBe('made');
  });

  test('what is gone from the scans goes from the site', async () => {
    await writeFiles(scans, {
      'a.jpg': picture(1300, 900, 1).jpeg().toBuffer(),
      'book/1.jpg': picture(1300, 900, 2).jpeg().toBuffer(),
    });
    await run();
    await rm(join(scans, 'book'), { recursive: true });
    expect((await run()).removed).toEqual(['book/1.tif']);
    expect(await readdir(join(site, 'images'))).toEqual(['a.tif']);
    expect(await readdir(join(site, 'manifests'))).toEqual(['a.json']);
  });

  test('a damaged file is named, and the rest is published', async () => {
    const whole = await picture(1300, 900).jpeg().toBuffer();
    await writeFiles(scans, {
      'broken.jpg': whole.subarray(0, whole.length / 2),
      'empty.tif': '',
      'good.jpg': whole,
      'words.png': 'not an image',
    });
    const report = await run();
    expect(kinds(report)).toEqual({
      'broken.jpg': 'refused',
      'empty.tif': 'refused',
      'good.jpg': 'made',
      'words.png': 'refused',
    });
    for (const outcome of report.outcomes) if (outcome.kind === 'refused') expect(outcome.why).not.toContain(folder);
    const words = report.outcomes.find(({ scan }) => scan.name === 'words.png');
    expect(words).toMatchObject({ why: expect.stringContaining('no image of a kind that is read') });
    expect(await readdir(join(site, 'images'))).toEqual(['good.tif']);
  });

  test('good masters stay as they are, those with a scattered index are rearranged', async () => {
    await writeFiles(scans, {
      'scattered.tif': noise(1500, 1300).tiff(TILED).toBuffer(),
      'small.jpg': picture(600, 400).jpeg().toBuffer(),
      'strips.tif': picture(1500, 1100).tiff({ compression: 'jpeg', tile: false }).toBuffer(),
    });
    expect(kinds(await run())).toEqual({ 'scattered.tif': 'rearranged', 'small.jpg': 'kept', 'strips.tif': 'made' });
    // As it is now, it is good.
    const copy = await readFile(join(site, 'images/scattered.tif'));
    await writeFiles(scans, { 'scattered.tif': copy });
    expect(kinds(await run())['scattered.tif']).toBe('kept');
    expect(copy.equals(await readFile(join(site, 'images/scattered.tif')))).toBe(true);
  });

  test('a turned photograph stands upright in its file', async () => {
    const turned = picture(1600, 1200).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    await writeFiles(scans, { 'turned.jpg': turned });
    await run();
    const { width, height, orientation = 1 } = await sharp(join(site, 'images/turned.tif')).metadata();
    expect([width, height, orientation]).toEqual([1200, 1600, 1]);
    // The red corner was at the top left, and is at the top right now.
    const [red = 0, green = 255] = await pixel('turned.tif', 1100, 100);
    expect([red > 150, green < 60]).toEqual([true, true]);
  });

  test('the colour profile stays, and the samples with it', async () => {
    const wide = await picture(1600, 1200).withIccProfile('p3').png().toBuffer();
    await writeFiles(scans, { 'wide.png': wide });
    await run({ pyramid: { compression: 'lossless', quality: 100 } });
    const made = sharp(join(site, 'images/wide.tif'));
    const { icc } = await made.metadata();
    expect(icc?.length).toBe((await sharp(wide).metadata()).icc?.length);
    const raw = (image: Sharp) =>
      image.keepIccProfile().extract({ left: 100, top: 100, width: 64, height: 64 }).raw().toBuffer();
    expect(await raw(made)).toEqual(await raw(sharp(wide)));
  });

  test('16 bits stay where nothing may be lost', async () => {
    await writeFiles(scans, {
      'deep.tif': picture(1200, 900).toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(),
    });
    await run({ pyramid: { compression: 'lossless', quality: 100 } });
    expect((await sharp(join(site, 'images/deep.tif')).metadata()).depth).toBe('ushort');
  });

  test('transparency stays', async () => {
    await writeFiles(scans, { 'clear.png': picture(1200, 900).ensureAlpha(0.5).png().toBuffer() });
    await run();
    const { hasAlpha } = await sharp(join(site, 'images/clear.tif')).metadata();
    expect(hasAlpha).toBe(true);
    const [red = 0, green = 255] = await pixel('clear.tif', 100, 100);
    expect([red > 150, green < 60]).toEqual([true, true]);
  });

  test('the words of metadata.csv go before those in the file, and those before its name', async () => {
    const exif = { IFD0: { ImageDescription: 'From the camera', Artist: 'Someone', Copyright: 'Someone, 2020' } };
    await writeFiles(scans, {
      'a.jpg': picture(600, 400).withExif(exif).jpeg().toBuffer(),
      'metadata.csv': '\ufefffile;title;Creator;Date\r\na;"The ""first""; a picture";The right one;1900\r\n',
    });
    await run({ base: 'https://example.org/x/' });
    const manifest = await json('manifests/a.json');
    expect(manifest.id).toBe('https://example.org/x/manifests/a.json');
    expect(manifest.label.none).toEqual(['The "first"; a picture']);
    expect(manifest.summary.none).toEqual(['From the camera']);
    expect(manifest.requiredStatement.value.none).toEqual(['Someone, 2020']);
    expect(manifest.metadata.map(({ value }: { value: { none: string[] } }) => value.none[0])).toEqual([
      'The right one',
      '1900',
    ]);
  });

  test('names of any script, and two that would be the same, each get an address of their own', async () => {
    const small = await picture(300, 200).jpeg().toBuffer();
    await writeFiles(scans, { 'Karte; #1 50%.jpg': small, 'Karte, #1 50%.jpg': small, '地図.jpg': small });
    await run();
    expect((await readdir(join(site, 'images'))).sort()).toEqual(['Karte-1-50-2.jpg', 'Karte-1-50.jpg', '地図.jpg']);
    const answer = await (await server()).fetch(
      new Request(`http://localhost/iiif/3/${encodeURIComponent('地図.jpg')}/info.json`),
    );
    expect(answer.status).toBe(200);
  });

  test('a dry run writes nothing', async () => {
    await writeFiles(scans, { 'a.jpg': picture(1300, 900).jpeg().toBuffer() });
    expect(kinds(await run({ dryRun: true }))).toEqual({ 'a.jpg': 'made' });
    expect(existsSync(site)).toBe(false);
  });

  test('a worker that its owner has changed is left alone', async () => {
    await writeFiles(scans, { 'a.jpg': picture(300, 200).jpeg().toBuffer() });
    await run();
    await writeFile(join(site, 'sw.js'), 'mine');
    await run();
    expect(await readFile(join(site, 'sw.js'), 'utf8')).toBe('mine');
  });

  test('the site may not lie among the scans, and there must be images', async () => {
    await writeFiles(scans, { 'a.txt': 'a' });
    await expect(run({ site: join(scans, 'site') })).rejects.toThrow('another folder');
    await expect(run()).rejects.toThrow('no images');
    await writeFiles(scans, { 'a.jpg': picture(300, 200).jpeg().toBuffer(), 'metadata.csv': 'a,b\n1,2\n' });
    await expect(run()).rejects.toThrow('needs a column "file"');
    expect(existsSync(site)).toBe(false);
  });

  test('every page of a file of several pages is a canvas', async () => {
    const pages = await Promise.all(
      [1, 2].map((seed) => picture(1200, 900, seed).tiff({ compression: 'lzw' }).toBuffer()),
    );
    const book = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    await writeFiles(scans, { 'book.tif': book });
    await run();
    const manifest = await json('manifests/book.json');
    expect(manifest.items.map(({ height }: { height: number }) => height)).toEqual([900, 900]);
    expect((await stat(join(site, 'images/book-p2.tif'))).size).toBeGreaterThan(0);
  });
});
