import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { scannerProfile } from '../codec/icc-writer.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { CORPUS } from '../formats/corpus.ts';
import { samplesOf, tiffOf } from '../render/colour-files.ts';
import { largestDifference } from './ask.ts';
import { expect, PAGE, test, visit, WITHOUT_WEBGL } from './fixtures.ts';
import { meanColours } from './picture.ts';
import { openCors } from './store/buckets.ts';

const VIEWER = 'openseadragon/build/openseadragon/openseadragon.min.js';

/** One image, without anything that would cover it. */
const VIEWER_PAGE = `${PAGE}<body style="margin:0;background:#888"><div id="viewer" style="width:600px;height:450px"></div>
<script src="openseadragon.min.js"></script>
<script>
window.show = async (tileSource) => {
  await window.registered;
  const viewer = OpenSeadragon({ id: 'viewer', tileSources: [tileSource], drawer: 'canvas', showNavigationControl: false,
    immediateRender: true, animationTime: 0, visibilityRatio: 1 });
  await new Promise((resolve, reject) => {
    viewer.addHandler('open-failed', ({ message }) => reject(new Error(message)));
    viewer.addHandler('open', () => viewer.world.getItemAt(0).whenFullyLoaded(resolve));
  });
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const { x, y, width, height } = viewer.world.getItemAt(0).getBounds();
  const [from, to] = [new OpenSeadragon.Point(x, y), new OpenSeadragon.Point(x + width, y + height)]
    .map((point) => viewer.viewport.viewportToViewerElementCoordinates(point));
  return [from.x, from.y, to.x, to.y];
};
</script>`;

declare global {
  interface Window {
    /** Shows an image; where it lies on the page: left, top, right, bottom. */
    show: (tileSource: string) => Promise<readonly [number, number, number, number]>;
  }
}

/** Few and large: how the screen's pixels lie on the image's doesn't count. */
const FIELDS = [4, 3] as const;

/** Levels of 255. Without their profiles the files differ by 11–46. */
const MOST_DIFFERENCE = 3;

const REAL = [
  'kleiber-adobergb-jpeg-t256.tif',
  'kleiber-displayp3-jpeg-t256.tif',
  'caillebotte-ycbcr420-t256-real.tif',
  'kleiber-cmyk-lzw-t256.tif',
];

async function files(): Promise<Map<string, Uint8Array>> {
  const pixels = picture(800, 600, 3);
  const photo = sharpOf(pixels);
  const tiled = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true } as const;
  const made = new Map<string, Uint8Array>([
    [
      'p3-jpeg.tif',
      await photo
        .clone()
        .withIccProfile('p3')
        .tiff({ ...tiled, compression: 'jpeg' })
        .toBuffer(),
    ],
    [
      'p3-webp.tif',
      await photo
        .clone()
        .withIccProfile('p3')
        .tiff({ ...tiled, compression: 'webp' })
        .toBuffer(),
    ],
    [
      'p3-deflate.tif',
      await photo
        .clone()
        .withIccProfile('p3')
        .tiff({ ...tiled, compression: 'deflate' })
        .toBuffer(),
    ],
  ]);
  const scan = samplesOf('rgb', pixels, (colour) => colour);
  made.set('scanner.tif', tiffOf(scan, { profile: scannerProfile() }));
  for (const name of CORPUS === undefined ? [] : REAL) made.set(name, await readFile(join(CORPUS ?? '', name)));
  return made;
}

for (const colour of ['keep', 'srgb']) {
  test(`wide gamuts and inks look right in a viewer: ${colour}`, async ({ openBrowser, openWorkerSite }) => {
    test.setTimeout(240_000);
    const objects = await files();
    const store = await startStore({
      buckets: [{ name: 'scans', objects, policy: publicReadPolicy('scans'), cors: [openCors] }],
    });
    const viewer = await readFile(createRequire(import.meta.url).resolve(VIEWER));
    const site = await openWorkerSite({
      options: `{ sources: 'http://127.0.0.1:${store.port}/scans/{id}', rendering: { colour: '${colour}' } }`,
      files: { 'index.html': VIEWER_PAGE, 'openseadragon.min.js': viewer },
    });
    const context = await openBrowser({ flags: WITHOUT_WEBGL, viewport: { width: 600, height: 450 } });
    const found: string[] = [];
    for (const [name, file] of objects) {
      const page = await visit(context, site.url);
      const [left, top, right, bottom] = await page.evaluate(
        (tileSource) => window.show(tileSource),
        `${site.url}iiif/3/${name}/info.json`,
      );
      const clip = {
        left: Math.ceil(left),
        top: Math.ceil(top),
        width: Math.floor(right - left) - 1,
        height: Math.floor(bottom - top) - 1,
      };
      const shown = sharp(await page.screenshot()).extract(clip);
      const converted = await sharp(file)
        .pipelineColourspace('srgb')
        .toColourspace('srgb')
        .resize(800)
        .png()
        .toBuffer();
      const difference = largestDifference(
        await meanColours(shown, ...FIELDS),
        await meanColours(sharp(converted), ...FIELDS),
      );
      if (difference > MOST_DIFFERENCE) found.push(`${name}: ${difference}`);
    }
    await store.close();
    expect(found).toEqual([]);
  });
}
