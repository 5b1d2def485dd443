import { expect, test, visit } from './fixtures.ts';

test('the first visit works without a reload', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${site.url}sw.js`);
  const size = await page.evaluate(async () => {
    const image = new Image();
    image.src = 'iiif/3/nuthatch/full/200,/0/default.jpg';
    await image.decode();
    return image.naturalWidth;
  });
  expect(size).toBe(200);
  expect(site.requests.filter((request) => request.includes('/iiif/'))).toEqual([]);
});
