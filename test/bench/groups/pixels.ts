import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../../src/codec/codec.ts';
import type { RenderPlan } from '../../../src/render/plan.ts';
import { planImage } from '../../../src/render/planner.ts';
import { compare, resample } from '../../kernel/reference.ts';
import { potto } from '../browser.ts';
import { type Figure, single } from '../figures.ts';
import { PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { bytesOf } from '../in-page.ts';
import { interiorTiles, type Tile } from '../tiles.ts';

/** Regions and sizes: crops, a reduction by no whole number, whole numbers, an enlargement, the whole image. */
const RENDERED = [
  { region: [1000, 700, 200, 150], size: [200, 150] },
  { region: [333, 777, 415, 301], size: [166, 121] },
  { region: [2048, 1024, 512, 512], size: [192, 192] },
  { region: [5000, 2500, 1028, 891], size: [257, 223] },
  { region: [4000, 1500, 60, 45], size: [160, 120] },
  { region: [0, 0, 6028, 3391], size: [300, 169] },
] as const;

const PASSED = 6;

/** Whether what is shown is what is stored. */
export const pixels: Group = {
  name: 'Pixels',
  async measure(equipment) {
    const tiles = interiorTiles(equipment.photo.image, 0).slice(0, PASSED);
    const differences = await Promise.all(tiles.map((tile) => largestDifference(equipment, tile)));
    const figures: Figure[] = [
      single(`largest difference of ${PASSED} passthrough tiles from libvips' decode`, Math.max(...differences), '', {
        atMost: 0,
      }),
    ];
    for (const { region, size } of RENDERED) {
      const name = `${region} → ${size.join(' × ')} as PNG, against float64`;
      figures.push(single(name, await signalToNoise(equipment, region, size), 'dB', { atLeast: 40 }));
    }
    return figures;
  },
};

async function largestDifference({ browser: { near }, fixtures }: Equipment, tile: Tile): Promise<number> {
  const answer = await near.page.evaluate(bytesOf, potto(near, `${PHOTO}/${tile.path}`));
  const found = await sharp(new Uint8Array(answer.bytes)).raw().toBuffer();
  const area = { left: tile.column * 512, top: tile.row * 512, width: 512, height: 512 };
  const stored = await sharp(fixtures.files[PHOTO]).extract(area).raw().toBuffer();
  if (found.length !== stored.length) return Number.POSITIVE_INFINITY;
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (stored[i] ?? 0))), 0);
}

async function signalToNoise(
  { browser: { near }, photo, fixtures }: Equipment,
  [x, y, width, height]: readonly [number, number, number, number],
  [w, h]: readonly [number, number],
): Promise<number> {
  const answer = await near.page.evaluate(
    bytesOf,
    potto(near, `${PHOTO}/${x},${y},${width},${height}/^${w},${h}/0/default.png`),
  );
  const found = await rgba(sharp(new Uint8Array(answer.bytes)));
  const plan = planImage(photo.image, {
    region: { x, y, width, height },
    size: { width: w, height: h },
    rotation: { mirror: false, degrees: 0 },
    quality: 'default',
    format: 'png',
  });
  if (plan.kind !== 'render') throw new Error('A PNG of a JPEG pyramid was planned to pass through');
  return compare(found, await expected(fixtures.files[PHOTO], plan)).psnr;
}

/** The plan carried out with the stored pixels in float64. */
async function expected(file: string | undefined, { level, area, crop, size }: RenderPlan) {
  const { x: left, y: top, width, height } = area;
  const stored = await rgba(sharp(file, { page: level.index }).extract({ left, top, width, height }));
  const enlarges = size.width > crop.width || size.height > crop.height;
  const within = { ...crop, x: crop.x - left, y: crop.y - top };
  return resample(stored, within, size.width, size.height, enlarges ? 'mitchell' : 'area');
}

async function rgba(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 4, data: new Uint8Array(data) };
}
