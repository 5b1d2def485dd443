import type { Format, Size } from '../iiif/request.ts';
import type { Level, TiledImage } from '../image/image.ts';
import { carriesAlpha } from './encode.ts';
import type { PassthroughPlan, PlannedImage, ResolvedRequest } from './plan.ts';
import { HEIGHT, type Side, WIDTH } from './side.ts';

const STORED_AS: Readonly<Record<Format, TiledImage['tileFormat'] | undefined>> = {
  jpg: 'jpeg',
  webp: 'webp',
  png: 'png',
  gif: undefined,
  tif: undefined,
  avif: undefined,
  pdf: undefined,
};

/** The plan for a request that is exactly one stored tile, or what of it isn't padding; else undefined. */
export function planPassthrough(image: PlannedImage, request: ResolvedRequest): PassthroughPlan | undefined {
  const { rotation, quality, format } = request;
  if (image.orientation !== 1 || rotation.mirror || rotation.degrees % 360 !== 0) return undefined;
  if (quality === 'bitonal' || (quality === 'gray' && image.colour.space !== 'grey')) return undefined;
  for (const level of image.levels) {
    if (STORED_AS[format] !== level.tileFormat || (level.masked && carriesAlpha(format))) continue;
    const column = tileIndex(image, request, level, WIDTH);
    const row = tileIndex(image, request, level, HEIGHT);
    if (column === undefined || row === undefined) continue;
    const { size } = request;
    const crop = size.width < level.tileWidth || size.height < level.tileHeight ? size : undefined;
    // Only JPEG can be cut without decoding it.
    if (!crop || level.tileFormat === 'jpeg') return { kind: 'passthrough', level, tile: { column, row }, crop };
  }
  return undefined;
}

/**
 * Index of the tile that the request is along one side exactly, up to where its padding begins. The level, which may
 * have been rounded down, must have every pixel that is asked.
 */
function tileIndex(image: Size, { region, size }: ResolvedRequest, level: Level, side: Side): number | undefined {
  const tile = level[side.tile];
  const step = tile * level.scale;
  const index = region[side.start] / step;
  // The level's last pixel may stand for less than `scale` pixels of the image, where those have come to their end.
  const end = Math.min((index + 1) * step, image[side.length]);
  const asked = size[side.length];
  const covered =
    region[side.start] + region[side.length] === end && Math.ceil(region[side.length] / level.scale) === asked;
  const stored = index * tile + asked <= level[side.length];
  return covered && stored && Number.isInteger(index) && Number.isInteger(level.scale) ? index : undefined;
}
