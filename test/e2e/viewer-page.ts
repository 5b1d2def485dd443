import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright/test';
import { expect, pageOf } from './fixtures.ts';

const { resolve } = createRequire(import.meta.url);

/** A page with a viewer, as the README has it. */
export const withViewer = (attributes: string) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Page</title><link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark">
<style>body, h1 { margin: 0 } main { height: 100vh; display: grid; grid-template-rows: auto 1fr } potto-viewer { height: 100% }</style>
<main><h1>Page</h1><potto-viewer ${attributes}></potto-viewer></main>
<script>
window.told = [];
for (const name of ['potto-open', 'potto-page', 'potto-error']) {
  document.addEventListener(name, ({ type, detail }) => window.told.push([type, detail]));
}
</script>
<script type="module" src="potto-viewer.js"></script></html>`;

/** The options of the worker: photographs, and files under `files:`. */
export const sourcesAt = (bucket: string) => `{ sources: { '': '${bucket}{id}.tif', files: '${bucket}{id}' } }`;

/** What the viewer told last, once it is open or has failed. */
export async function opened(page: Page): Promise<unknown> {
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'told').at(-1)?.[0])).toMatch(/potto-(open|error)/);
  return page.evaluate(() => Reflect.get(window, 'told').at(-1));
}

/** Sets attributes of the viewer, and waits until it has opened what they lead to, or failed. */
export async function opens(page: Page, attributes: Readonly<Record<string, string>>): Promise<unknown> {
  await page.evaluate((attributes) => {
    Reflect.set(window, 'told', []);
    for (const [name, value] of Object.entries(attributes)) {
      document.querySelector('potto-viewer')?.setAttribute(name, value);
    }
  }, attributes);
  return opened(page);
}

/** All that is asked for is there. */
export async function drawn(page: Page): Promise<void> {
  await expect(page.locator('potto-viewer .bar')).toBeHidden();
}

export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await pageOf(context);
  await page.goto(url);
  return page;
}

/** `view` of the viewer, its region in numbers. */
export async function viewOf(page: Page) {
  const { xywh, ...view } = await page.evaluate(() =>
    Reflect.get(document.querySelector('potto-viewer') ?? {}, 'view'),
  );
  const [x = 0, y = 0, width = 0, height = 0] = String(xywh).split(',').map(Number);
  return { ...view, x, y, width, height };
}

/** What axe-core finds wrong with the page, in the state that it is in. */
export async function complaintsOfAxe(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await Reflect.get(window, 'axe').run(document, { runOnly: tags });
    return violations.map(
      ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    );
  });
}
