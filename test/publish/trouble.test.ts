import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { siteTrouble } from '../../src/publish/disk-trouble.ts';
import { writeWithFrontIndex } from '../../src/publish/tiff/front-index.ts';
import { picture, writeFiles } from './scans.ts';
import { BUILT, kindsIn, type SiteRuns, siteRuns } from './site-runs.ts';

const TILED = { tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: 'jpeg', quality: 95 } as const;
const CORPUS = new URL('../../../shared/corpus/', import.meta.url);

let runs: SiteRuns;
beforeEach(async () => {
  runs = await siteRuns();
});
afterEach(() => runs.end());

const labels = (manifest: { items: { label: { none: string[] } }[] }) =>
  manifest.items.map(({ label }) => label.none[0]);

// `npm run build` writes the pages that are copied.
describe.skipIf(!existsSync(join(BUILT, 'site')))('a folder with trouble in it', () => {
  test('pyramids and small pictures that lack their end are refused, though they open', async () => {
    const photo = await picture(800, 600).jpeg().toBuffer();
    await writeFiles(runs.scans, { 'whole.tif': picture(1500, 1300).tiff(TILED).toBuffer(), 'whole.jpg': photo });
    const front = join(runs.scans, 'front.tif');
    await writeWithFrontIndex(join(runs.scans, 'whole.tif'), front);
    const ordered = await readFile(front);
    await rm(front);
    await writeFiles(runs.scans, {
      'cut.tif': ordered.subarray(0, ordered.length - 1000),
      'cut.jpg': photo.subarray(0, photo.length - 1000),
    });
    const report = await runs.run();
    expect(kindsIn(report)).toEqual({
      'cut.jpg': 'refused',
      'cut.tif': 'refused',
      'whole.jpg': 'kept',
      'whole.tif': 'kept',
    });
    expect((await readdir(join(runs.site, 'images'))).sort()).toEqual(['whole-2.tif', 'whole.jpg']);
  });

  test.skipIf(!existsSync(CORPUS))('a JPEG 2000 that lacks its end is refused', async () => {
    const whole = await readFile(new URL('kleiber-t1024-rpcl-plt-tlm.jp2', CORPUS));
    await writeFiles(runs.scans, { 'whole.jp2': whole, 'cut.jp2': whole.subarray(0, whole.length - 1000) });
    const report = await runs.run();
    expect(kindsIn(report)).toEqual({ 'whole.jp2': 'kept', 'cut.jp2': 'refused' });
    expect(report.outcomes[0]).toMatchObject({ why: expect.stringMatching(/cut off|damaged/) });
  });

  test('folders whose names come to the same address stay apart, and so do pages of a file', async () => {
    const pages = await Promise.all(
      [1, 2].map((seed) => picture(1200, 900, seed).tiff({ compression: 'lzw' }).toBuffer()),
    );
    const book = sharp(pages, { join: { animated: true } }).tiff({ compression: 'lzw' });
    await writeFiles(runs.scans, {
      'Atlas 1/a.jpg': picture(600, 400, 1).jpeg().toBuffer(),
      'Atlas-1/a.jpg': picture(500, 300, 2).jpeg().toBuffer(),
      'book.tif': book.toBuffer(),
      'book-p2.jpg': picture(1300, 700, 3).jpeg().toBuffer(),
    });
    await runs.run();
    const sizes = await Promise.all(
      ['Atlas-1/a.jpg', 'Atlas-1-2/a.jpg', 'book-p2.tif', 'book-p2_.tif'].map(async (name) => {
        const { width, height } = await sharp(join(runs.site, 'images', name)).metadata();
        return [width, height];
      }),
    );
    expect(sizes).toEqual([
      [600, 400],
      [500, 300],
      [1200, 900],
      [1300, 700],
    ]);
  });

  test('a table as spreadsheets write it is read, its own name is no surprise, and rows for nothing are told', async () => {
    await writeFiles(runs.scans, { 'a.jpg': picture(300, 200).jpeg().toBuffer() });
    const text = 'file;title\na.jpg;Grün\nmissing.tif;Nothing\n';
    for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text)]) {
      await writeFile(join(runs.scans, 'metadata.csv'), bytes);
      const { others, strayRows } = await runs.run();
      expect([others, strayRows]).toEqual([[], ['missing.tif']]);
      expect(labels(await runs.json('collection.json'))).toEqual(['Grün']);
    }
  });

  test('texts, PDFs and hidden files are passed over, and files of every kind are found by their endings', async () => {
    const jpeg = await picture(300, 200).jpeg().toBuffer();
    await writeFiles(runs.scans, {
      ...{ 'a.JPG': jpeg, 'b.jfif': jpeg, 'c.txt': 'text', 'd.pdf': '%PDF-1.7', '.hidden.jpg': jpeg },
      'e/Thumbs.db': 'x',
    });
    const report = await runs.run();
    expect(Object.keys(kindsIn(report))).toEqual(['a.JPG', 'b.jfif']);
    expect(report.others).toEqual(['c.txt', 'd.pdf', 'e/Thumbs.db']);
  });

  test('inks, one bit and sixteen bits become pictures that browsers show', async () => {
    await writeFiles(runs.scans, {
      'inks.tif': picture(1300, 900)
        .toColourspace('cmyk')
        .withIccProfile('cmyk')
        .tiff({ compression: 'lzw' })
        .toBuffer(),
      'bits.tif': picture(1300, 900)
        .threshold()
        .toColourspace('b-w')
        .tiff({ bitdepth: 1, compression: 'ccittfax4' })
        .toBuffer(),
      'deep.tif': picture(1300, 900).toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(),
    });
    expect(kindsIn(await runs.run())).toEqual({ 'inks.tif': 'made', 'bits.tif': 'made', 'deep.tif': 'made' });
    const facts = await Promise.all(
      ['inks', 'bits', 'deep'].map(async (name) => {
        const { space, depth } = await sharp(join(runs.site, `images/${name}.tif`)).metadata();
        return [space, depth];
      }),
    );
    expect(facts).toEqual([
      ['srgb', 'uchar'],
      ['b-w', 'uchar'],
      ['srgb', 'uchar'],
    ]);
  });

  test('what only its owner may read is published so that a web server may', async () => {
    await writeFiles(runs.scans, { 'a.jpg': picture(300, 200).jpeg().toBuffer() });
    await chmod(join(runs.scans, 'a.jpg'), 0o600);
    await runs.run();
    expect((await stat(join(runs.site, 'images/a.jpg'))).mode & 0o777).toBe(0o644);
    expect((await stat(join(runs.scans, 'a.jpg'))).mode & 0o777).toBe(0o600);
  });

  test('a site that can’t be written is told at once, in words', async () => {
    await writeFiles(runs.scans, { 'a.jpg': picture(300, 200).jpeg().toBuffer() });
    await writeFile(runs.site, 'a file where the folder should be');
    await expect(runs.run()).rejects.toThrow(/can't be written: there is a file/);
  });
});

test('a full disk is told as such, whoever met it, and is no fault of a scan', () => {
  const system = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const libvips = new Error(
    '/site/x.tif: write error\nsystem error: No space left on device\nvips2tiff: Write error at scanline 1536',
  );
  for (const error of [system, libvips]) expect(siteTrouble(error, 'site')?.message).toContain('its disk is full');
  const readOnly = new Error('/site/x.tif: unable to open for write\nsystem error: Read-only file system');
  expect(siteTrouble(readOnly, 'site')?.message).toContain('only be read');
  expect(siteTrouble(new Error('VipsJpeg: premature end of JPEG image'), 'site')).toBeUndefined();
});
