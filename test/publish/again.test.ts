import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { picture, writeFiles } from './scans.ts';
import { BUILT, kindsIn, type SiteRuns, siteRuns } from './site-runs.ts';

let runs: SiteRuns;
beforeEach(async () => {
  runs = await siteRuns();
});
afterEach(() => runs.end());

const small = (seed: number) => picture(600, 400, seed).jpeg().toBuffer();

// `npm run build` writes the pages that are copied.
describe.skipIf(!existsSync(join(BUILT, 'site')))('publishing again', () => {
  test('addresses stay when a file of the same name comes along', async () => {
    await writeFiles(runs.scans, { 'map.png': picture(600, 400).png().toBuffer(), 'Atlas/1.jpg': small(1) });
    await runs.run();
    await writeFiles(runs.scans, { 'map.jpg': small(2), 'Atlas.jpg': small(3), 'Atlas/1.JPEG': small(4) });
    expect(kindsIn(await runs.run())).toEqual({
      'Atlas.jpg': 'kept',
      'map.jpg': 'kept',
      'map.png': 'unchanged',
      'Atlas/1.JPEG': 'kept',
      'Atlas/1.jpg': 'unchanged',
    });
    const { works } = await runs.json('catalogue.json');
    const found = works.map(({ slug, image, pages }: Record<string, unknown>) => [slug, image, pages]);
    expect(found).toEqual([
      ['Atlas-2', 'Atlas.jpg', 1],
      ['map-2', 'map-2.jpg', 1],
      ['map', 'map.png', 1],
      ['Atlas', 'Atlas/1-2.jpeg', 2],
    ]);
  });

  test('a scan that can no longer be read takes nothing off the site', async () => {
    const whole = await picture(1300, 900).jpeg().toBuffer();
    await writeFiles(runs.scans, { 'map.jpg': whole });
    await runs.run();
    await writeFile(join(runs.scans, 'map.jpg'), whole.subarray(0, whole.length / 2));
    const { outcomes, removed } = await runs.run();
    expect(outcomes).toMatchObject([{ kind: 'refused', stays: true }]);
    expect(removed).toEqual([]);
    expect((await runs.json('collection.json')).items).toHaveLength(1);
    expect(await readdir(join(runs.site, 'images'))).toEqual(['map.tif']);
    // And is tried again each time.
    await writeFile(join(runs.scans, 'map.jpg'), await picture(1300, 900, 2).jpeg().toBuffer());
    expect(kindsIn(await runs.run())).toEqual({ 'map.jpg': 'made' });
  });

  test('a run that was stopped leaves nothing half made, and the next one goes on', async () => {
    const names = [1, 2, 3, 4, 5, 6].map((number) => `${number}.jpg`);
    const photograph = await picture(3000, 2000).jpeg().toBuffer();
    await writeFiles(runs.scans, Object.fromEntries(names.map((name) => [name, photograph])));
    const stop = new AbortController();
    const onProgress = ({ done }: { readonly done: number }) => done === 2 && stop.abort();
    await expect(runs.run({ signal: stop.signal, onProgress })).rejects.toThrow('aborted');
    expect((await readdir(runs.site)).sort()).toEqual(['.potto.json', 'images']);
    const made = await readdir(join(runs.site, 'images'));
    expect(made.filter((name) => !/^\d\.tif$/.test(name))).toEqual([]);
    const kinds = Object.values(kindsIn(await runs.run()));
    expect(kinds.filter((kind) => kind === 'unchanged').length).toBeGreaterThanOrEqual(2);
    expect(kinds.filter((kind) => kind === 'made').length).toBeGreaterThan(0);
  });

  test('what a run that was killed has left is cleared away', async () => {
    await writeFiles(runs.scans, { 'a.jpg': small(1) });
    await writeFiles(runs.site, { '.potto-drafts/x': 'half a picture', 'mine.txt': 'of the owner' });
    await runs.run();
    const files = await readdir(runs.site);
    expect(files).not.toContain('.potto-drafts');
    expect(files).toContain('mine.txt');
  });

  test('a site of which files were deleted is mended', async () => {
    await writeFiles(runs.scans, { 'a.jpg': picture(1300, 900).jpeg().toBuffer() });
    await runs.run();
    await rm(join(runs.site, 'images/a.tif'));
    await rm(join(runs.site, 'index.html'));
    expect(kindsIn(await runs.run())).toEqual({ 'a.jpg': 'made' });
    expect(existsSync(join(runs.site, 'index.html'))).toBe(true);
  });
});
