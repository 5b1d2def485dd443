import { ImageServerError } from '../errors.ts';
import type { EncodedTile, Jpeg2000Encoding, Jpeg2000Part } from '../image/image.ts';
import type { WasmLoader } from './codec.ts';
import type { DecodedTile } from './decode-tile.ts';
import { countPackets } from './jpeg2000-packets.ts';
import { jpeg2000Samples } from './jpeg2000-samples.ts';
import { readJpeg2000Size } from './jpeg2000-size.ts';
import { instantiateOpenJpeg, type Jpeg2000Picture, type Jpeg2000Request } from './jpeg2000-wasm.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { WasmInstance } from './loader.ts';
import { Turns } from './turns.ts';

/** Decodes areas of codestreams, one at a time. Its WASM is loaded on first use. */
export interface Jpeg2000Decoder {
  /**
   * Hands the picture to `use`, which must copy what it wants.
   * @throws {ImageServerError} 502 when the codestream is damaged, 501 when it is cut too finely, 503 when there is no
   * memory, or the decoder can't be loaded.
   */
  decode(
    codestream: Uint8Array,
    request: Jpeg2000Request,
    use: (picture: Jpeg2000Picture) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

const DAMAGED = {
  status: 502,
  message: 'The stored JPEG 2000 data is damaged and can not be decoded: check the file, or store it again',
};

export function createJpeg2000Decoder(wasm: WasmLoader, kept?: KeptHeaps): Jpeg2000Decoder {
  const decoder = new WasmInstance(wasm, 'openjpeg', instantiateOpenJpeg, kept);
  const turns = new Turns();
  return {
    // A megapixel blocks the thread for 0.1–0.5 s.
    decode: (codestream, request, use, signal) =>
      turns.run(() => decoder.run(DAMAGED, (openjpeg) => openjpeg.decode(codestream, request, use)), signal),
  };
}

/** 4096² pixels of RGB. OpenJPEG takes 8 bytes for each, which is what its memory holds. */
const MAX_SAMPLES = 3 * 2 ** 24;

/** More than any camera has; each costs a kilobyte before anything is decoded. */
const MAX_COMPONENTS = 256;

/**
 * A tile of 250 megapixels in precincts of 256 and 12 layers has 200,000. A decoder takes some 50 ns for each that is
 * empty; damaged headers ask for thousands of millions.
 */
const MAX_PACKETS = 2 ** 22;

/** A codestream is cut down to one tile; those within TIFF have few. */
const MAX_TILES = 1024;

/**
 * Decodes the codestreams of a tile and puts them together. Sizes are checked before memory is spent; when `signal` is
 * aborted, no further codestream is begun.
 * @throws {ImageServerError} 502 when one is damaged or isn't what the file says, 501 when it is too large, 503 when
 * there is no memory or the decoder can't be loaded.
 */
export async function decodeJpeg2000(
  tile: EncodedTile,
  jpeg2000: Jpeg2000Encoding,
  { jpeg2000: decoder }: { readonly jpeg2000: Jpeg2000Decoder },
  signal?: AbortSignal,
): Promise<DecodedTile> {
  const { width, height, planes } = tile;
  const { parts, reduce, layers } = jpeg2000;
  const { encoding, lookUp, ...samples } = jpeg2000Samples(jpeg2000);
  if (planes.length !== parts.length) {
    throw new ImageServerError(
      502,
      `A tile has ${planes.length} codestreams for ${parts.length} places: it is damaged`,
    );
  }
  if (width * height * encoding.samplesPerPixel > MAX_SAMPLES) throw tooLarge(tile);
  const pixelBytes = samples.channels.length * (samples.wide ? 2 : 1);
  const target = { data: new Uint8Array(width * height * pixelBytes), rowBytes: width * pixelBytes };
  for (const [index, part] of parts.entries()) {
    const codestream = planes[index] ?? new Uint8Array();
    const request = { ...samples, reduce, layers, area: areaWithin(tile, part, reduce) };
    assertFits(codestream, request.area, tile, jpeg2000);
    const paste = ({ width, bytes }: Jpeg2000Picture) =>
      copyRows(bytes, width * pixelBytes, target, part.y * target.rowBytes + part.x * pixelBytes);
    await decoder.decode(codestream, request, paste, signal);
  }
  const pixels = lookUp ? lookUp(target.data) : target.data;
  return { kind: 'samples', width, height, planes: [pixels], encoding };
}

/** What of a part lies within the tile: the last strip of an image may be lower than its codestream. */
function areaWithin({ width, height }: EncodedTile, { area, x, y }: Jpeg2000Part, reduce: number) {
  const { x0, y0 } = area;
  const end = (start: number, length: number) => (Math.ceil(start / 2 ** reduce) + length) * 2 ** reduce;
  return { x0, y0, x1: Math.min(area.x1, end(x0, width - x)), y1: Math.min(area.y1, end(y0, height - y)) };
}

function assertFits(
  codestream: Uint8Array,
  { x0, y0, x1, y1 }: Jpeg2000Request['area'],
  tile: EncodedTile,
  { bitsPerComponent }: Jpeg2000Encoding,
): void {
  const found = readJpeg2000Size(codestream);
  const inside = x0 >= found.x0 && y0 >= found.y0 && x1 <= found.x1 && y1 <= found.y1 && x0 < x1 && y0 < y1;
  if (!inside || found.bitsPerComponent.join() !== bitsPerComponent.join()) {
    throw new ImageServerError(
      502,
      `The file says that a codestream has ${bitsPerComponent.join()} bits and the area ${x0},${y0}–${x1},${y1}, it has ` +
        `${found.bitsPerComponent.slice(0, MAX_COMPONENTS).join()} bits and ${found.x0},${found.y0}–${found.x1},${found.y1}: it is damaged`,
    );
  }
  if (bitsPerComponent.length > MAX_COMPONENTS || found.tiles > MAX_TILES) throw tooLarge(tile);
  const packets = countPackets(codestream, { width: found.tileWidth, height: found.tileHeight, bitsPerComponent });
  if (packets <= MAX_PACKETS) return;
  throw new ImageServerError(
    501,
    `A JPEG 2000 tile is cut into ${packets} packets, too many to be decoded (limit ${MAX_PACKETS}): store the image in precincts of 256 pixels`,
  );
}

function tooLarge({ width, height }: EncodedTile): ImageServerError {
  return new ImageServerError(
    501,
    `A JPEG 2000 tile of ${width} × ${height} pixels is too large to be decoded at once: store the image in tiles of 1024 pixels`,
  );
}

/** Puts rows of `length` bytes where they belong. */
function copyRows(
  from: Uint8Array,
  length: number,
  { data, rowBytes }: { readonly data: Uint8Array; readonly rowBytes: number },
  start: number,
): void {
  if (length === rowBytes) {
    data.set(from, start);
    return;
  }
  for (let row = 0, to = start; row < from.length; row += length, to += rowBytes) {
    data.set(from.subarray(row, row + length), to);
  }
}
