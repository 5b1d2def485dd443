import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { noise, picture, writeFiles } from '../publish/scans.ts';
import { startStaticHost } from '../publish/static-host.ts';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { DIST, SCREENSHOTS } from './paths.ts';

const run = promisify(execFile);

test('a published folder works under a sub-path of a static host: search, a book, deep zoom, manifests, offline', async ({
  openBrowser,
  folder,
}) => {
  const scans = join(folder, 'scans');
  const site = join(folder, 'site');
  await writeFiles(scans, {
    'Élan & Cie; #1.jpg': picture(2400, 1600, 1).jpeg().toBuffer(),
    'map.png': picture(1500, 2100, 2).png().toBuffer(),
    'Atlas/page 2.tif': picture(1800, 1200, 3).tiff({ compression: 'lzw' }).toBuffer(),
    'Atlas/page 10.tif': picture(1800, 1200, 4).tiff({ compression: 'none' }).toBuffer(),
    'metadata.csv': 'file,title,Creator\nAtlas,"The atlas, in two sheets",Blaeu\n',
  });
  await run(process.execPath, [join(DIST, 'cli.js'), 'publish', scans, site, '--title', 'Our scans']);
  const host = await startStaticHost(site, '/a/b/');
  try {
    const context = await openBrowser({ flags: WITHOUT_WEBGL });
    const page = await pageOf(context);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(host.url);
    await expect(page.getByRole('heading', { name: 'Our scans' })).toBeVisible();
    await expect(page.getByRole('status')).toHaveText('3 of 3 works');
    const drawn = (selector: string) =>
      expect
        .poll(() =>
          page.$$eval(selector, (all) =>
            all.every((each) => each instanceof HTMLImageElement && each.naturalWidth > 0),
          ),
        )
        .toBe(true);
    await drawn('.works img');
    await page.screenshot({ path: join(SCREENSHOTS, 'published-start.png') });

    await page.getByRole('searchbox').fill('blaeu');
    await expect(page.getByRole('status')).toHaveText('1 of 3 works');
    await page.getByRole('searchbox').fill('elan');
    await expect(page.getByRole('link', { name: 'Élan & Cie; #1' })).toBeVisible();
    await page.getByRole('searchbox').fill('atlas');
    await page.getByRole('link', { name: 'The atlas, in two sheets' }).click();
    await expect(page.getByRole('heading', { name: 'The atlas, in two sheets' })).toBeVisible();
    await expect(page.getByText('Blaeu')).toBeVisible();
    await expect(page.locator('#pages .label')).toHaveText(['page 2', 'page 10']);
    await drawn('#picture, #pages img');
    await page.screenshot({ path: join(SCREENSHOTS, 'published-work.png') });

    await page.getByRole('link', { name: 'Look closer' }).click();
    await expect(page.locator('html[data-drawn]')).toBeAttached();
    await page.screenshot({ path: join(SCREENSHOTS, 'published-zoom.png') });

    const manifest = await page.evaluate(async () => (await fetch('manifests/Atlas.json')).json());
    expect(manifest.id).toBe(`${host.url}manifests/Atlas.json`);
    const [service] = manifest.items[0].items[0].items[0].body.service;
    expect(service.id).toBe(`${host.url}iiif/3/Atlas%2Fpage-2.tif`);
    const info = await page.evaluate(async (id) => (await fetch(`${id}/info.json`)).json(), service.id);
    expect([info.width, info.height]).toEqual([1800, 1200]);
    // Nothing but files is asked of the host: the worker answers what is an image service.
    expect(host.requests.filter((asked) => !asked.startsWith('/a/b/') || asked.includes('/iiif/'))).toEqual([]);

    await page.getByRole('link', { name: 'Next page' }).click();
    await expect(page.getByRole('heading', { name: 'page 10' })).toBeVisible();
    await expect(page.locator('html[data-drawn]')).toBeAttached();
    await context.setOffline(true);
    await page.goto(host.url);
    await expect(page.getByRole('status')).toHaveText('3 of 3 works');
    await drawn('.works img');
    expect(faults).toEqual([]);
  } finally {
    await host.close();
  }
});

test('where a published site can’t work, it says so in words: on a host without ranges, and from a disk', async ({
  openBrowser,
  folder,
}) => {
  const scans = join(folder, 'scans');
  const site = join(folder, 'site');
  await writeFiles(scans, { 'large.jpg': noise(3200, 2400).jpeg({ quality: 95 }).toBuffer() });
  await run(process.execPath, [join(DIST, 'cli.js'), 'publish', scans, site]);
  const host = await startStaticHost(site, '/', {}, { ranges: false });
  try {
    const page = await pageOf(await openBrowser({ flags: WITHOUT_WEBGL }));
    for (const path of ['', 'work.html?work=large', 'zoom.html?work=large']) {
      await page.goto(host.url + path);
      await expect(page.locator('#notice')).toContainText('the server ignores Range');
    }
    await page.goto(new URL(`file://${site}/index.html`).href);
    await expect(page.getByText('These pages need a web server')).toBeVisible({ timeout: 10_000 });
  } finally {
    await host.close();
  }
});
