import { concat } from '../codec/bytes.ts';
import type { Colour, EncodedTile, TiledImage } from '../image/image.ts';
import type { Engine } from './engine.ts';
import type { JobOptions, TileReader } from './job.ts';
import { decodingNeed } from './memory-need.ts';
import type { RenderPlan } from './plan.ts';
import { halved, pixelsEncoding, uncompressed, uncompressedEncoding } from './uncompressed.ts';

/** A picture to be decoded and halved on another thread, as plain data: the one who asks keeps the pixels. */
export interface DecodeJob {
  /** Of one tile. */
  readonly plan: Pick<RenderPlan, 'tiles' | 'level'>;
  readonly colour: Colour;
  /** How often it is halved. */
  readonly halvings: number;
}

/** Fewer pixels are decoded in less time than they take to another thread and back. */
const LEAST_SENT_PIXELS = 2 ** 19;

/** JPEG 2000 takes 0.1–0.5 s a megapixel. */
const LEAST_SENT_JPEG2000 = 2 ** 15;

/** Stored samples stay as they lie, which only their file tells; and a mask doesn't come back. */
export function isWorthDecodingElsewhere({ masked }: TiledImage, { plan }: DecodeJob): boolean {
  const { width, height, tileWidth, tileHeight, tileFormat } = plan.level;
  const pixels = Math.min(width, tileWidth) * Math.min(height, tileHeight);
  const least = tileFormat === 'jpeg2000' ? LEAST_SENT_JPEG2000 : LEAST_SENT_PIXELS;
  return !masked && tileFormat !== 'samples' && pixels >= least;
}

/** Decodes: the pixels of the tile and of its halves, one after the other; nothing where the file leaves it out. */
export function runDecodeJob(
  job: DecodeJob,
  tiles: TileReader,
  engine: Engine,
  options: JobOptions,
): Promise<Uint8Array> {
  const { plan, colour } = job;
  return engine.admission.run(decodingNeed(plan.level, colour), options, () => decode(job, tiles, engine, options));
}

async function decode(
  { plan, colour, halvings }: DecodeJob,
  { readTile }: TileReader,
  { codecs, withKernel }: Engine,
  { signal, timing }: JobOptions,
): Promise<Uint8Array> {
  const [{ column, row } = { column: 0, row: 0 }] = plan.tiles;
  const encoded = await readTile(plan.level, column, row, { signal });
  if (!encoded) return new Uint8Array(0);
  let tile = await timing.measure('decode', () => uncompressed(encoded, colour, { codecs, withKernel }, signal));
  const parts = [...tile.planes];
  for (let done = 0; done < halvings; done++) {
    signal?.throwIfAborted();
    const larger = tile;
    tile = await timing.measure('render', () => halved(larger, colour, { withKernel }));
    parts.push(...tile.planes);
  }
  return concat(parts);
}

/**
 * The tiles whose pixels `runDecodeJob` made of a stored one. Each gets memory of its own, so that it can be dropped
 * alone.
 */
export function tilesOfPixels(
  pixels: Uint8Array,
  { colour, halvings }: Pick<DecodeJob, 'colour' | 'halvings'>,
  stored: EncodedTile,
): EncodedTile[] {
  const tiles: EncodedTile[] = [];
  let { width, height } = stored;
  let encoding = uncompressedEncoding(stored, colour);
  let offset = 0;
  while (offset < pixels.length && tiles.length <= halvings) {
    const end = offset + width * height * encoding.samplesPerPixel * (encoding.bitsPerSample / 8);
    tiles.push({ width, height, planes: [pixels.slice(offset, end)], encoding });
    offset = end;
    encoding = pixelsEncoding(colour);
    width = Math.ceil(width / 2);
    height = Math.ceil(height / 2);
  }
  return tiles;
}
