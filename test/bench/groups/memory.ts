import { single } from '../figures.ts';
import { DEEP, LARGE_SQUARE, MOSAIC } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { watchWorkerMemory } from '../worker-memory.ts';

/** Milliseconds between two looks at the memory. */
const INTERVAL = 50;
const LIMIT_MEGABYTES = 256;

/** A person zooms about in OpenSeadragon: what the worker holds at most. */
export const memory: Group = {
  name: 'Memory of a zoom session in OpenSeadragon',
  async measure(equipment) {
    const { files } = equipment.fixtures;
    const wide = files[MOSAIC] ? { id: MOSAIC, name: '20,800 × 12,000 pixels, JPEG' } : undefined;
    const images = [
      wide ?? { id: LARGE_SQUARE, name: '100,000 × 100,000 pixels, JPEG' },
      { id: DEEP, name: '13,400 × 7,538 pixels, 16 bits, Deflate' },
    ];
    const figures = [];
    for (const { id, name } of images) figures.push(await growth(equipment, id, name));
    return figures;
  },
};

async function growth({ browser }: Equipment, id: string, name: string) {
  const bench = await browser.install(`memory-${id}`, { threads: 0 });
  const page = await browser.context.newPage();
  await page.goto(`${bench.site}zoom.html`);
  const worker = await watchWorkerMemory(browser.context, bench.site);
  let most = 0;
  let running = true;
  const watch = async () => {
    while (running) {
      most = Math.max(most, await worker.read());
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  };
  const watching = watch();
  const { shown }: { readonly shown: readonly unknown[] } = await page.evaluate(
    `session({ info: '${bench.site}iiif/3/${id}/info.json' })`,
  );
  running = false;
  await watching;
  await page.close();
  await bench.page.close();
  if (shown.length === 0) throw new Error(`Nothing of ${id} was shown`);
  return single(`${name}: the worker at most, ${shown.length} tiles`, most / 2 ** 20, 'MB', {
    atMost: LIMIT_MEGABYTES,
  });
}
