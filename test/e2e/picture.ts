import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { Sharp } from 'sharp';
import { SCREENSHOTS } from './paths.ts';

/** Keeps what the page shows under `test-results/screenshots/NAME.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Mean colours of a picture in `columns` × `rows` fields, as RGB samples. */
export async function meanColours(picture: Sharp, columns: number, rows: number): Promise<Float64Array> {
  const { data, info } = await picture.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const sums = new Float64Array(columns * rows * 3);
  const counts = new Float64Array(columns * rows * 3);
  for (const [index, sample] of data.entries()) {
    const pixel = Math.floor(index / 3);
    const column = Math.floor(((pixel % info.width) / info.width) * columns);
    const row = Math.floor((Math.floor(pixel / info.width) / info.height) * rows);
    const field = (row * columns + column) * 3 + (index % 3);
    sums[field] = (sums[field] ?? 0) + sample;
    counts[field] = (counts[field] ?? 0) + 1;
  }
  return sums.map((sum, field) => sum / (counts[field] ?? 1));
}
