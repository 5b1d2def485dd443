import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { colourDifference } from './colour-difference.ts';
import { decoded, imageOf, pixelsOf } from './subject.ts';

const corpus = new URL('../../../shared/corpus/', import.meta.url);

/** Real files with profiles, or with inks; in each three regions. */
const FILES = {
  'kleiber-adobergb-jpeg-t256.tif': 'JPEG in Adobe RGB',
  'kleiber-displayp3-jpeg-t256.tif': 'JPEG in Display P3',
  'caillebotte-ycbcr420-t256-real.tif': 'a large scan in Adobe RGB',
  'p3-real.jpg': 'a photograph in Display P3',
  'kleiber-cmyk-lzw-t256.tif': 'CMYK without a profile',
  'kleiber-cmyk-jpeg-t256.tif': 'CMYK as JPEG, without a profile',
};

const PLACES = [
  [0.1, 0.1],
  [0.35, 0.4],
  [0.6, 0.55],
] as const;

/** Sides of the region, as a share of the image, and pixels along the answer's longer side. */
const SIZES = [
  { share: 0.3, side: undefined },
  { share: 0.3, side: 100 },
] as const;

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What libvips and Little CMS show: all of the full resolution converted, then cut and scaled. */
async function theirs(file: Uint8Array, region: Region, size: { readonly width: number; readonly height: number }) {
  const whole = await sharp(file, { limitInputPixels: false })
    .pipelineColourspace('srgb')
    .toColourspace('srgb')
    .png({ compressionLevel: 0 })
    .toBuffer();
  const part = await sharp(whole, { limitInputPixels: false }).extract(region).png().toBuffer();
  return decoded(await sharp(part).resize(size.width, size.height, { fit: 'fill' }).png().toBuffer());
}

/** Without what filters differ in: how sharp they leave edges, and where exactly. */
async function blurred({ width, height, data }: Pixels): Promise<Pixels> {
  return decoded(
    await sharp(data, { raw: { width, height, channels: 4 } })
      .blur(2)
      .png()
      .toBuffer(),
  );
}

describe.skipIf(!existsSync(new URL('manifest.json', corpus)))('real files', () => {
  for (const [name, what] of Object.entries(FILES)) {
    test(`${what}: colours are within ΔE 3 of libvips, carried and converted`, { timeout: 60_000 }, async () => {
      const file = new Uint8Array(await readFile(fileURLToPath(new URL(name, corpus))));
      const image = await imageOf(file);
      for (const [x, y] of PLACES) {
        for (const { share, side } of SIZES) {
          const [width, height] = [
            Math.min(512, Math.round(image.width * share)),
            Math.min(512, Math.round(image.height * share)),
          ];
          const region = { left: Math.round(image.width * x), top: Math.round(image.height * y), width, height };
          const scale = side ? side / Math.max(width, height) : 1;
          const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
          const expected = await theirs(file, region, size);
          const path = `${region.left},${region.top},${width},${height}/${size.width},${size.height}/0/default.png`;
          for (const colour of ['keep', 'srgb'] as const) {
            const found: Pixels = await pixelsOf(image, path, { rendering: renderingOf({ colour }) });
            const { mean } = side
              ? colourDifference(await blurred(found), await blurred(expected))
              : colourDifference(found, expected);
            expect(mean, `${path} ${colour}`).toBeLessThan(3);
          }
        }
      }
    });
  }
});
