import type { Rect } from '../../../src/iiif/request.ts';
import { imageFromStructure, readStructure } from '../../../src/image/open.ts';
import { createEngine } from '../../../src/render/engine.ts';
import { runJob } from '../../../src/render/job.ts';
import { keepingTiles } from '../../../src/render/known-tiles.ts';
import { passthroughTile } from '../../../src/render/passthrough.ts';
import { passthroughPicture } from '../../../src/render/picture-passthrough.ts';
import type { TileRef } from '../../../src/render/plan.ts';
import { planRender } from '../../../src/render/planner.ts';
import { renderingOf } from '../../../src/render/rendering.ts';
import { Timing } from '../../../src/timing.ts';
import { bytesAt, race, wasm } from './measure.ts';

const ROUNDS = 30;
const QUALITY = 80;

export interface RegionInputs {
  /** URL of a TIFF of JPEG tiles. */
  readonly tiff: string;
  /** Of its full resolution. */
  readonly region: Rect;
  readonly side: number;
}

export interface RegionResults {
  /** Milliseconds. */
  readonly potto: number;
  readonly canvas: number;
  readonly tiles: number;
  readonly encoded: { readonly potto: Uint8Array; readonly canvas: Uint8Array };
}

/** A region from compressed tiles in memory to a JPEG: as a worker renders it, and by the browser's own means. */
export async function regions({ tiff, region, side }: RegionInputs): Promise<RegionResults> {
  const bytes = await bytesAt(tiff);
  const read = async ({ offset, length }: { readonly offset: number; readonly length: number }) =>
    bytes.slice(offset, offset + length);
  const image = imageFromStructure(await readStructure(read, { objectSize: () => bytes.length }), read);
  const size = { width: side, height: side };
  // Its full resolution alone: a smaller level would need fewer tiles.
  const plan = planRender(
    { ...image, levels: image.levels.slice(0, 1) },
    { region, size, rotation: { mirror: false, degrees: 0 }, quality: 'default', format: 'jpg' },
  );
  const rendering = renderingOf({ encoding: { jpg: { quality: QUALITY } } });
  const job = { plan, colour: image.colour, rendering, profile: undefined };
  const inMemory = keepingTiles(image);
  const engine = createEngine(wasm);
  const render = () => runJob(job, inMemory, engine, { timing: new Timing() });

  const pictureOf = async ({ column, row }: TileRef) => {
    const tile = await inMemory.readTile(plan.level, column, row);
    const jpeg = tile && (await passthroughTile(tile, { profile: undefined, crop: undefined }, passthroughPicture));
    if (!jpeg) throw new Error('A tile is no JPEG');
    const { tileWidth, tileHeight } = plan.level;
    return { jpeg: jpeg.slice(), left: column * tileWidth - region.x, top: row * tileHeight - region.y };
  };
  const tiles = await Promise.all(plan.tiles.map(pictureOf));
  const assembled = contextOf(region.width, region.height);
  const scaled = contextOf(side, side);
  scaled.imageSmoothingQuality = 'medium';
  const canvas = async () => {
    const draw = async ({ jpeg, left, top }: (typeof tiles)[number]) => {
      const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
      assembled.drawImage(bitmap, left, top);
      bitmap.close();
    };
    await Promise.all(tiles.map(draw));
    scaled.drawImage(assembled.canvas, 0, 0, side, side);
    return scaled.canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY / 100 });
  };

  const times = await race(ROUNDS, {
    potto: { repeats: 1, run: render },
    canvas: { repeats: 1, run: canvas },
  });
  return {
    ...times,
    tiles: tiles.length,
    encoded: {
      potto: await render(),
      canvas: new Uint8Array(await (await canvas()).arrayBuffer()),
    },
  };
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('There is no canvas');
  return context;
}
