import { attempt } from './cache/attempt.ts';
import type { DerivativeCache, KeptKey, Shown } from './cache/derivatives.ts';
import type { Rect, Size } from './iiif/request.ts';
import type { TiledImage } from './image/image.ts';
import type { ImageOpener, ReadBytes } from './image/readers.ts';
import { derive } from './render/derive.ts';
import type { ResolvedRequest } from './render/plan.ts';
import type { Renderer } from './render/renderer.ts';
import type { Rendering } from './render/rendering.ts';
import type { Timing } from './timing.ts';

/** Kept answers that are tried, the finest first, where some are gone or can't be read. */
const MOST_TRIED = 4;

export interface DegradedOptions {
  readonly cache: DerivativeCache;
  readonly opener: ImageOpener;
  readonly renderer: Renderer;
  readonly rendering: Rendering;
  readonly timing: Timing;
  readonly title: string;
}

/**
 * An answer made from another answer that was kept, of a larger part of the image and as a rule coarser: the compressed
 * bytes, or undefined where nothing that is kept shows the whole region. Reads nothing from the source.
 */
export async function degraded(
  request: ResolvedRequest,
  shown: Shown,
  options: DegradedOptions,
): Promise<Uint8Array | undefined> {
  const { cache } = options;
  const alike = (await attempt(() => cache.alike?.(shown))) ?? [];
  const usable = alike.filter((kept) => contains(kept.shown.region, shown.region)).sort(finestFirst(shown));
  for (const kept of usable.slice(0, MOST_TRIED)) {
    const answer = await cache.match(kept.key, kept.shown);
    const bytes =
      answer &&
      (await attempt(async () => enlarged(new Uint8Array(await answer.arrayBuffer()), kept, request, options)));
    if (bytes) return bytes;
  }
  return undefined;
}

async function enlarged(
  bytes: Uint8Array,
  { shown: { region, size } }: KeptKey,
  request: ResolvedRequest,
  { opener, renderer, rendering, timing, title }: DegradedOptions,
): Promise<Uint8Array | undefined> {
  const read: ReadBytes = async ({ offset, length }) => bytes.slice(offset, offset + length);
  const structure = await opener.readStructure(read, { objectSize: () => bytes.length });
  const picture = opener.imageFromStructure(structure, read);
  if (picture.width !== size.width || picture.height !== size.height) return undefined;
  const within = { ...request.region, x: request.region.x - region.x, y: request.region.y - region.y };
  return derive(asRegion(picture, region), { ...request, region: within }, renderer, {
    // What is drawn over an image is in the kept answer already.
    rendering: { ...rendering, window: undefined, overlays: [], redactions: [] },
    timing,
    title,
    pool: undefined,
  });
}

/** A picture of a region as the coarse level of an image that is this region in full. */
function asRegion(picture: TiledImage, { width, height }: Size): TiledImage {
  const [whole] = picture.levels;
  const scale = scaleOf({ width, height }, picture);
  // It is decoded for this one answer: as a rule the next one is made from another.
  return { ...picture, width, height, keepDecoded: false, levels: whole ? [{ ...whole, scale }] : [] };
}

/** Sizes of levels are rounded up: 100 pixels that became 13 are a level of an eighth. */
function scaleOf(region: Size, size: Size): number {
  const scale = 2 ** Math.round(Math.log2(region.width / size.width));
  const fits = Math.ceil(region.width / scale) === size.width && Math.ceil(region.height / scale) === size.height;
  return fits ? scale : region.width / size.width;
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

/** What has most of the asked detail first; among equals what takes least to decode. */
function finestFirst(wanted: Shown): (a: KeptKey, b: KeptKey) => number {
  const detailOf = ({ shown }: { readonly shown: Shown }) => shown.size.width / shown.region.width;
  const enough = detailOf({ shown: wanted });
  const useful = (kept: KeptKey) => Math.min(enough, detailOf(kept));
  const pixels = ({ shown: { size } }: KeptKey) => size.width * size.height;
  return (a, b) => useful(b) - useful(a) || pixels(a) - pixels(b);
}
