import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';

/** Another site's page with the embedded one in it. */
const pageAround = (
  address: string,
) => `<!doctype html><meta charset="utf-8"><title>Around</title><link rel="icon" href="data:,">
<iframe id="frame" src="${address}" title="Moon" width="800" height="600" style="border:0"></iframe>
<script>
window.told = [];
addEventListener('message', ({ data }) => window.told.push(data));
</script>`;

test('a page of another site shows a place by the address, asks for another by message, and is told', async ({
  openBrowser,
  openDemo,
  openSite,
  folder,
}) => {
  const demo = await openDemo();
  const address = `${demo.url}embed/#src=moon&amp;xywh=500,200,800,600&amp;rotation=90`;
  const around = await openSite({ folder, files: { 'index.html': pageAround(address) } });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await pageOf(context);
  await page.goto(around.url);
  const last = (kind: string) =>
    page.evaluate(
      (kind) => Reflect.get(window, 'told').findLast(({ potto }: { potto: string }) => potto === kind),
      kind,
    );
  await expect.poll(() => last('open')).toMatchObject({ pages: 1 });
  await expect.poll(() => last('view')).toMatchObject({ src: 'moon', rotation: 90 });
  const frame = page.frameLocator('#frame');
  await expect(frame.locator('potto-viewer .bar')).toBeHidden();

  const show = { potto: 'show', src: 'nuthatch', rotation: 0, xywh: '100,100,400,300' };
  await page.evaluate((show) => {
    const frame = document.getElementById('frame');
    if (frame instanceof HTMLIFrameElement) frame.contentWindow?.postMessage(show, '*');
  }, show);
  await expect.poll(() => last('view')).toMatchObject({ src: 'nuthatch', rotation: 0 });
  const seen: unknown = await page.evaluate(() =>
    Reflect.get(window, 'told').find(
      ({ potto, src }: { potto: string; src: string }) => potto === 'view' && src === 'nuthatch',
    ),
  );
  const [x, y, width, height] = String(Reflect.get(Object(seen), 'xywh'))
    .split(',')
    .map(Number);
  // All of what was asked for is in sight, and not much more.
  expect(x).toBeLessThanOrEqual(100);
  expect(y).toBeLessThanOrEqual(100);
  expect(Number(x) + Number(width)).toBeGreaterThanOrEqual(500);
  expect(Number(y) + Number(height)).toBeGreaterThanOrEqual(400);
  expect(width).toBeLessThan(900);
  await frame.getByRole('button', { name: 'Rotate' }).click();
  await expect.poll(() => last('view')).toMatchObject({ src: 'nuthatch', rotation: 90 });
  const [, inner] = page.frames();
  await expect.poll(() => inner?.url()).toMatch(/#src=nuthatch&xywh=\d+,\d+,\d+,\d+&rotation=90$/);
  await frame.getByText('Embed', { exact: true }).click();
  await expect(frame.getByLabel('Put this into your page:')).toHaveValue(
    /<iframe src=".*\/embed\/#src=nuthatch&amp;xywh=/,
  );
  const oembed = await inner?.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[type="application/json+oembed"]');
    return (await fetch(link?.href ?? '')).json();
  });
  expect(oembed).toMatchObject({ version: '1.0', type: 'rich', title: 'The Behaim globe, 1492' });
  await expect(frame.locator('potto-viewer .bar')).toBeHidden();
  await keepScreenshot(page, 'embed');
});
