import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { blockRange } from '../../src/packs/blocks.ts';
import { DIGEST_LENGTH, headerLength, PREAMBLE, parseHeader } from '../../src/packs/pack-file.ts';
import { indicesOf } from '../../src/packs/spans.ts';
import type { StoredImage } from './images.ts';
import { exportToFile } from './in-page.ts';

/** Name of an exported pack among the site's own files. */
export const EXPORTED = 'exported-pack';

/** Exports a pack of a page's site, and brings the file out of the browser. */
export async function exportPack(page: Page, id: string, path: string): Promise<void> {
  await page.evaluate(exportToFile, { id, name: EXPORTED });
  await downloadExported(page, path);
}

/** Brings the pack that a page exported last out of the browser. */
export async function downloadExported(page: Page, path: string): Promise<void> {
  const coming = page.waitForEvent('download', { timeout: 120_000 });
  await page.evaluate(`navigator.storage.getDirectory()
    .then((root) => root.getFileHandle('${EXPORTED}'))
    .then((handle) => handle.getFile())
    .then((file) => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: '${EXPORTED}' });
      link.click();
    })`);
  await (await coming).saveAs(path);
}

/** How many of these images are in an exported pack with exactly their bytes. */
export async function countWhole(path: string, images: readonly StoredImage[]): Promise<number> {
  const file = await readFile(path);
  const blocksAt = PREAMBLE + headerLength(file.subarray(0, PREAMBLE));
  const { works } = parseHeader(file.subarray(PREAMBLE, blocksAt));
  let at = blocksAt;
  let whole = 0;
  for (const work of works) {
    const blocks: Uint8Array[] = [];
    for (const index of indicesOf(work.wanted)) {
      const { length } = blockRange(work, index);
      blocks.push(file.subarray(at + DIGEST_LENGTH, at + DIGEST_LENGTH + length));
      at += DIGEST_LENGTH + length;
    }
    const original = images.find(({ identifier }) => identifier === work.identifier);
    if (original && Buffer.concat(blocks).equals(original.bytes)) whole += 1;
  }
  return whole;
}
