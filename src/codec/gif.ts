import { ImageServerError } from '../errors.ts';
import { hasAscii } from './bytes.ts';
import type { Pixels } from './codec.ts';
import { inflateGif } from './gif-lzw.ts';
import { assertDecodable } from './pixels.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;

/** First row and distance of the four passes of an interlaced frame (GIF89a, appendix E). */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** RGB triples. */
  readonly palette: Uint8Array;
  /** Index that isn't drawn. */
  readonly transparent: number | undefined;
  /** Where the LZW code size stands. */
  readonly dataOffset: number;
}

/**
 * Decodes the first frame of a GIF (GIF89a) on its logical screen: RGB where it covers that, else RGBA, transparent
 * where nothing is drawn.
 * @throws {ImageServerError} 502 when the data is damaged, 501 when the screen is too large.
 */
export function decodeGif(bytes: Uint8Array): Pixels {
  if (!hasAscii(bytes, 0, 'GIF8') || bytes.length < 13) throw damaged('it does not begin as a GIF');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (screen.width === 0 || screen.height === 0) throw damaged('it has no size');
  assertDecodable('GIF', screen);
  const frame = firstFrame(view, bytes);
  const indices = inflateGif(bytes, frame.dataOffset, frame.width * frame.height);
  if (indices === undefined) throw damaged('its first frame ends early');
  const { x, y, width, height, transparent } = frame;
  const covered = x === 0 && y === 0 && width >= screen.width && height >= screen.height;
  return draw(screen, frame, indices, covered && transparent === undefined ? 3 : 4);
}

function firstFrame(view: DataView, bytes: Uint8Array): Frame {
  const flags = view.getUint8(10);
  let offset = 13 + paletteLength(flags);
  const shared = bytes.subarray(13, offset);
  let transparent: number | undefined;
  // Ends: each block takes bytes, and the object has a length.
  while (bytes[offset] === EXTENSION) {
    if (bytes[offset + 1] === GRAPHIC_CONTROL && (bytes[offset + 3] ?? 0) & 1) transparent = bytes[offset + 6];
    offset += 2;
    for (let length = bytes[offset]; length !== 0; length = bytes[offset]) {
      if (length === undefined) throw damaged('it ends before its first frame');
      offset += 1 + length;
    }
    offset += 1;
  }
  if (bytes[offset] !== IMAGE || offset + 11 > bytes.length) throw damaged('it has no frame');
  const [x = 0, y = 0, width = 0, height = 0] = [1, 3, 5, 7].map((at) => view.getUint16(offset + at, true));
  const local = view.getUint8(offset + 9);
  const dataOffset = offset + 10 + paletteLength(local);
  assertDecodable('GIF', { width, height });
  return {
    x,
    y,
    width,
    height,
    interlaced: (local & 0x40) !== 0,
    palette: local & 0x80 ? bytes.subarray(offset + 10, dataOffset) : shared,
    transparent,
    dataOffset,
  };
}

function paletteLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function draw(screen: { width: number; height: number }, frame: Frame, indices: Uint8Array, channels: 3 | 4): Pixels {
  const { palette, transparent, x, width } = frame;
  const data = new Uint8Array(screen.width * screen.height * channels);
  const columns = Math.min(width, screen.width - x);
  let from = 0;
  for (const row of rowsOf(frame)) {
    const y = frame.y + row;
    let to = (y * screen.width + x) * channels;
    for (let column = 0; y < screen.height && column < columns; column++, to += channels) {
      const index = indices[from + column] ?? 0;
      if (index === transparent) continue;
      data[to] = palette[3 * index] ?? 0;
      data[to + 1] = palette[3 * index + 1] ?? 0;
      data[to + 2] = palette[3 * index + 2] ?? 0;
      if (channels === 4) data[to + 3] = 255;
    }
    from += width;
  }
  return { ...screen, channels, data };
}

/** The rows of a frame in the order in which they are stored. */
function* rowsOf({ interlaced, height }: Frame): Generator<number> {
  for (const [first, step] of interlaced ? PASSES : [[0, 1] as const]) {
    for (let row = first; row < height; row += step) yield row;
  }
}

function damaged(why: string): ImageServerError {
  return new ImageServerError(502, `The stored GIF data is damaged: ${why}. Check the file, or store it again`);
}
