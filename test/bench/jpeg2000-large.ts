import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const SIDE = 4096;
const TILES = 4;
/** Of grain, so that the file is as large as those of scanned film. */
const NOISE = 24;
/** 25 bits a pixel of 72. */
const OPTIONS = ['-p', 'RPCL', '-c', '[256,256]', '-b', '64,64', '-n', '6', '-I', '-r', '2.9', '-TP', 'R', '-PLT'];

const [SOT, SOT_TILE, SOT_LENGTH] = [0xff90, 4, 6];
/** Marker, length, index, and that entries have a tile's number of one byte and a length of four (table A.33). */
const TLM = { marker: 0xff55, header: 6, sizes: 0x50, entry: 5 } as const;

/**
 * A file of 268 megapixels and more than 250 MB, made in a minute and kept: one tile is encoded, and stands in all
 * sixteen places.
 */
export async function makeLargeJpeg2000(photo: string, folder: string): Promise<string> {
  const file = join(folder, 'large.j2k');
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const [picture, tile] = [join(folder, 'tile.tif'), join(folder, 'tile.j2k')];
  await writeGrainy(photo, picture);
  execFileSync('opj_compress', ['-i', picture, '-o', tile, ...OPTIONS], { stdio: 'ignore' });
  const { header, body, parts } = split(await readFile(tile));
  const unfinished = `${file}.part`;
  const out = await open(unfinished, 'w');
  await out.write(withTiles(header, parts));
  for (let index = 0; index < TILES * TILES; index++) {
    for (const { at } of parts) body.writeUInt16BE(index, at + SOT_TILE);
    await out.write(body);
  }
  await out.write(Uint8Array.of(0xff, 0xd9));
  await out.close();
  await rename(unfinished, file);
  for (const path of [picture, tile]) await rm(path);
  return file;
}

async function writeGrainy(photo: string, file: string): Promise<void> {
  const pixels = await sharp(photo).resize(SIDE, SIDE, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  let seed = 1;
  for (const [index, value] of pixels.entries()) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[index] = Math.max(0, Math.min(255, value + Math.round(NOISE * (seed / 2 ** 31 - 1))));
  }
  await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .tiff({ compression: 'none' })
    .toFile(file);
}

interface TilePart {
  /** Place in the body. */
  readonly at: number;
  readonly length: number;
}

/** The main header of a codestream, what follows it up to its end, and where the tile-parts in that are. */
function split(bytes: Buffer): { readonly header: Buffer; readonly body: Buffer; readonly parts: readonly TilePart[] } {
  let start = 2;
  while (bytes.readUInt16BE(start) !== SOT) start += 2 + bytes.readUInt16BE(start + 2);
  const body = bytes.subarray(start, -2);
  const parts: TilePart[] = [];
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32BE(at + SOT_LENGTH);
    parts.push({ at, length });
    at += length;
  }
  return { header: bytes.subarray(0, start), body, parts };
}

/** The header of an image of all tiles, with the lengths of their parts. SIZ is the first segment. */
function withTiles(header: Buffer, parts: readonly TilePart[]): Buffer {
  const larger = Buffer.from(header);
  for (const at of [8, 12]) larger.writeUInt32BE(TILES * SIDE, at);
  const count = TILES * TILES * parts.length;
  const lengths = Buffer.alloc(TLM.header + TLM.entry * count);
  lengths.writeUInt16BE(TLM.marker, 0);
  lengths.writeUInt16BE(lengths.length - 2, 2);
  lengths.writeUInt8(TLM.sizes, 5);
  for (let index = 0; index < count; index++) {
    const at = TLM.header + TLM.entry * index;
    lengths.writeUInt8(Math.floor(index / parts.length), at);
    lengths.writeUInt32BE(parts[index % parts.length]?.length ?? 0, at + 1);
  }
  return Buffer.concat([larger, lengths]);
}
