import { expect, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';
import { watch } from './traffic.ts';
import { complaintsOfAxe, drawn, opened, openPage, opens, viewOf, withViewer } from './viewer-page.ts';

const IMAGES = ['nuthatch', 'moon', 'world-1689'];

/** A book of so many pages, each with a thumbnail of its own address. */
function book(pages: number, more: object = {}): string {
  const items = Array.from({ length: pages }, (_, index) => {
    const id = `iiif/3/${IMAGES[index % IMAGES.length]}`;
    const body = { id: `${id}/full/max/0/default.jpg`, type: 'Image', service: [{ id, type: 'ImageService3' }] };
    return {
      ...{
        id: `page/${index + 1}`,
        type: 'Canvas',
        label: index === 1 ? { la: ['fol. 2'] } : { none: [`fol. ${index + 1}`] },
        width: 3000,
        height: 2000,
      },
      thumbnail: [{ id: `${id}/full/80,/0/default.jpg?page=${index + 1}`, type: 'Image' }],
      items: [{ type: 'AnnotationPage', items: [{ type: 'Annotation', motivation: 'painting', body }] }],
    };
  });
  const label = { en: ['Book of hours'], de: ['Stundenbuch'] };
  return JSON.stringify({ id: 'book', type: 'Manifest', label, items, ...more });
}

/** Sheets of a map in their places, the last of which is nowhere. */
function sheets(): string {
  const items = ['nuthatch', 'moon', 'no-such-sheet'].map((name, index) => ({
    motivation: 'painting',
    body: { id: name, type: 'Image', service: [{ id: `iiif/3/${name}`, type: 'ImageService3' }] },
    target: `canvas#xywh=${index * 2000},0,2000,1500`,
  }));
  const canvas = { id: 'canvas', type: 'Canvas', width: 6000, height: 1500, items: [{ items }] };
  return JSON.stringify({ type: 'Manifest', label: { en: ['Map'] }, items: [canvas] });
}

test('a book of 600 pages is open at once: one description, the thumbnails in sight; keys lead through it', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite({
    files: {
      'index.html': withViewer('src="./book.json" page="300"'),
      'book.json': book(600),
      'rtl.json': book(5, { viewingDirection: 'right-to-left', behavior: ['paged'] }),
      'sheets.json': sheets(),
    },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const page = await openPage(context, site.url);
  expect(await opened(page)).toEqual(['potto-open', { label: 'Book of hours', pages: 600, server: 'service-worker' }]);
  await drawn(page);
  await traffic.settled(page);
  const thumbnails = () =>
    traffic.requests.filter((url) => /\?page=\d+$/.test(url)).map((url) => Number(url.split('=')[1]));
  expect(thumbnails().length).toBeGreaterThan(8);
  expect(thumbnails().length).toBeLessThan(60);
  expect(thumbnails()).not.toContain(1);
  expect(traffic.requests.filter((url) => url.endsWith('/info.json'))).toHaveLength(1);
  await keepScreenshot(page, 'viewer-600-pages');
  expect(await complaintsOfAxe(page)).toEqual([]);

  const viewer = page.locator('potto-viewer');
  const thumbnail = (name: string) => viewer.locator('.strip').getByRole('button', { name, exact: true });
  await expect(thumbnail('fol. 300')).toHaveAttribute('aria-current', 'page');
  await expect(thumbnail('fol. 300')).toBeInViewport();
  await expect(viewer.locator('.strip button[tabindex="0"]')).toHaveCount(1);
  await thumbnail('fol. 300').focus();
  await page.keyboard.press('ArrowRight');
  await expect(thumbnail('fol. 301')).toBeFocused();
  await page.keyboard.press('End');
  await expect(thumbnail('fol. 600')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(viewer).toHaveAttribute('page', '600');
  await expect(viewer.locator('.status')).toHaveText('Page 600 of 600');
  await expect(viewer.getByRole('application')).toHaveAccessibleName(/^Book of hours, Page 600 of 600, fol\. 600\./);

  const next = viewer.getByRole('button', { name: 'Next page' });
  const previous = viewer.getByRole('button', { name: 'Previous page' });
  await previous.press('Enter');
  await expect(viewer).toHaveAttribute('page', '599');
  await next.press('Enter');
  await expect(viewer).toHaveAttribute('page', '600');
  await expect(next).toBeDisabled();
  await expect(next).toBeFocused();

  await opens(page, { src: './rtl.json', page: '1' });
  await drawn(page);
  const left = async (name: string) => (await thumbnail(name).boundingBox())?.x ?? Number.NaN;
  expect(await left('fol. 2')).toBeLessThan(await left('fol. 1'));
  const [nextBox, previousBox] = [await next.boundingBox(), await previous.boundingBox()];
  expect(nextBox?.x).toBeLessThan(previousBox?.x ?? 0);
  await expect(thumbnail('fol. 2').locator('span')).toHaveAttribute('lang', 'la');
  await expect(thumbnail('fol. 1').locator('span')).not.toHaveAttribute('lang');
  await thumbnail('fol. 1').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(thumbnail('fol. 2')).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(viewer).toHaveAttribute('page', '2');
  await drawn(page);
  await keepScreenshot(page, 'viewer-right-to-left');
  expect(traffic.complaints).toEqual([]);

  await opens(page, { src: './sheets.json', page: '1', lang: 'de' });
  await drawn(page);
  await expect(viewer.getByRole('alert')).toContainText('Teile dieses Bildes fehlen.');
  await expect(viewer.getByRole('button', { name: 'Diesen Ausschnitt herunterladen' })).toBeDisabled();
  expect(await viewOf(page)).toMatchObject({ x: 0, y: 0, width: 4000, height: 1500 });
  await page.evaluate(() => document.querySelector('potto-viewer')?.setAttribute('xywh', '2000,0,2000,1500'));
  await drawn(page);
  const { x, width } = await viewOf(page);
  expect(x).toBeGreaterThan(1000);
  expect(x + width).toBeGreaterThanOrEqual(4000);
  await keepScreenshot(page, 'viewer-sheets');
  expect(await opens(page, { src: './book.json' })).toMatchObject(['potto-open', { label: 'Stundenbuch' }]);
});
