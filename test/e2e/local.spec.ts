import type { Page } from 'playwright/test';
import { ask } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';

const INFO = 'iiif/3/local%2Fmine.tif/info.json';
const TILE = 'iiif/3/local%2Fmine.tif/0,0,512,512/512,512/0/default.jpg';
const UNSEEN = 'iiif/3/local%2Fmine.tif/512,512,512,512/512,512/0/default.jpg';

/** Gives the page a file as a user does, and opens it as it is or by a handle. */
function openMine(page: Page, store: string, how: 'file' | 'handle'): Promise<string> {
  return page.evaluate(
    async ([url, how]) => {
      const bytes = await (await fetch(url)).blob();
      if (how === 'file') return window.potto.openLocal(new File([bytes], 'mine.tif'));
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle('mine.tif', { create: true });
      await bytes.stream().pipeTo(await handle.createWritable());
      return window.potto.openLocal(handle);
    },
    [`${store}/scans/nuthatch.tif`, how] as const,
  );
}

test('a file of the user is an image at once, also after the worker was killed', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  expect((await ask(page, INFO)).status).toBe(404);
  expect(await openMine(page, door.url, 'file')).toBe('local/mine.tif');
  const requests = door.requests.length;
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status, url).toBe(200);
  await stopWorker(page);
  const unseen = await ask(page, UNSEEN);
  expect(unseen.status).toBe(200);
  const atTheSource = await ask(page, UNSEEN.replace('local%2Fmine.tif', 'nuthatch'));
  expect(unseen.bytes.equals(atTheSource.bytes)).toBe(true);
  expect(door.requests.slice(requests).filter(({ path }) => !path.includes('nuthatch'))).toEqual([]);
});

test('a file of which the browser keeps a handle is there again after a restart', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const first = await openBrowser();
  await openMine(await visit(first, site.url), door.url, 'handle');
  await first.close();
  const page = await visit(await openBrowser(), site.url);
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status, url).toBe(200);
});

test('a file that was pinned stays without the file', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  await openMine(page, door.url, 'file');
  const pack = await page.evaluate(async () => (await window.potto.pin('local/mine.tif')).done);
  expect(pack.isComplete).toBe(true);
  await page.reload();
  expect(await page.evaluate(() => window.registered)).toBe('');
  await stopWorker(page);
  for (const url of [INFO, TILE, UNSEEN]) expect((await ask(page, url)).status, url).toBe(200);
});

const IN_FOLDER = 'iiif/3/local%2Fscans%2Fdeep%2Fpage%202.tif';
const FOLDER_TILE = `${IN_FOLDER}/0,0,512,512/512,512/0/default.jpg`;

/** Gives the page a folder with images in it, one in a folder of its own, and opens it by a handle or as its files. */
function openScans(page: Page, store: string, how: 'handle' | 'files') {
  return page.evaluate(
    async ([url, how]) => {
      const bytes = await (await fetch(url)).blob();
      const names = ['page 10.tif', 'page 9.TIF', 'notes.txt'];
      if (how === 'files') {
        const files = [...names, 'deep/page 2.tif'].map((name) => {
          const file = new File([bytes], name.split('/').at(-1) ?? '');
          return Object.defineProperty(file, 'webkitRelativePath', { value: `scans/${name}` });
        });
        return window.potto.openLocalFolder(files);
      }
      const root = await navigator.storage.getDirectory();
      const scans = await root.getDirectoryHandle('scans', { create: true });
      const deep = await scans.getDirectoryHandle('deep', { create: true });
      const put = async (folder: FileSystemDirectoryHandle, name: string) => {
        const handle = await folder.getFileHandle(name, { create: true });
        await bytes.stream().pipeTo(await handle.createWritable());
      };
      for (const name of names) await put(scans, name);
      await put(deep, 'page 2.tif');
      return window.potto.openLocalFolder(scans);
    },
    [`${store}/scans/nuthatch.tif`, how] as const,
  );
}

const SCANS_FOUND = {
  name: 'scans',
  isWhole: true,
  images: [
    { identifier: 'local/scans/deep/page 2.tif', name: 'deep/page 2.tif' },
    { identifier: 'local/scans/page 9.TIF', name: 'page 9.TIF' },
    { identifier: 'local/scans/page 10.tif', name: 'page 10.tif' },
  ],
};

test('the images of a folder are images at once, and again after a restart, those in its folders too', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const first = await openBrowser();
  const before = await visit(first, site.url);
  expect(await openScans(before, door.url, 'handle')).toEqual(SCANS_FOUND);
  expect((await ask(before, FOLDER_TILE)).status).toBe(200);
  await first.close();

  const page = await visit(await openBrowser(), site.url);
  for (const url of [`${IN_FOLDER}/info.json`, FOLDER_TILE]) expect((await ask(page, url)).status, url).toBe(200);
  expect((await ask(page, 'iiif/3/local%2Fscans%2Fnone.tif/info.json')).status).toBe(404);
  const [kept] = await page.evaluate(() => window.potto.keptLocals());
  expect(kept).toMatchObject({ kind: 'folder', name: 'scans', permission: 'granted' });
  const again = await page.evaluate(async () => {
    const [kept] = await window.potto.keptLocals();
    return kept && window.potto.reopenLocal(kept);
  });
  expect(again).toEqual(SCANS_FOUND);
  await page.evaluate(() => window.potto.forgetLocal('scans'));
  expect(await page.evaluate(() => window.potto.keptLocals())).toEqual([]);
});

test('a folder given as files is there while its page is, and a pinned one of them without it', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  expect(await openScans(page, door.url, 'files')).toEqual(SCANS_FOUND);
  await stopWorker(page);
  expect((await ask(page, FOLDER_TILE)).status).toBe(200);
  const pack = await page.evaluate(async () => (await window.potto.pin('local/scans/deep/page 2.tif')).done);
  expect(pack.isComplete).toBe(true);
  await page.reload();
  expect(await page.evaluate(() => window.registered)).toBe('');
  await stopWorker(page);
  const unseen = `${IN_FOLDER}/512,512,512,512/512,512/0/default.jpg`;
  for (const url of [`${IN_FOLDER}/info.json`, unseen]) expect((await ask(page, url)).status, url).toBe(200);
});

test('a pinned file of a folder stays when the folder is gone', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  await openScans(page, door.url, 'handle');
  await page.evaluate(async () => (await window.potto.pin('local/scans/deep/page 2.tif')).done);
  await page.evaluate(async () => {
    await window.potto.forgetLocal('scans');
    await (await navigator.storage.getDirectory()).removeEntry('scans', { recursive: true });
  });
  await stopWorker(page);
  expect((await ask(page, FOLDER_TILE)).status).toBe(200);
  expect((await ask(page, 'iiif/3/local%2Fscans%2Fpage%2010.tif/info.json')).status).toBe(404);
});
