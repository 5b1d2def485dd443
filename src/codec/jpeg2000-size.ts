import { ImageServerError } from '../errors.ts';

/** What the SIZ marker segment says (ISO/IEC 15444-1, section A.5.1). */
export interface Jpeg2000Size {
  /** The image on the reference grid. */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Tiles that it is cut into, and the size of the largest. */
  readonly tiles: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly bitsPerComponent: readonly number[];
}

const SOC_AND_SIZ = 0xff4fff51;
const HEADER_LENGTH = 42;

/** Reads the beginning of a codestream. @throws {ImageServerError} 502 when it is damaged. */
export function readJpeg2000Size(codestream: Uint8Array): Jpeg2000Size {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  if (view.byteLength < HEADER_LENGTH || view.getUint32(0) !== SOC_AND_SIZ) throw damaged('has no SIZ marker');
  const field = (index: number) => view.getUint32(8 + 4 * index);
  const [x1, y1, x0, y0, tileWidth, tileHeight] = [field(0), field(1), field(2), field(3), field(4), field(5)];
  const [tileX, tileY] = [field(6), field(7)];
  const components = view.getUint16(40);
  if (!(x0 < x1 && y0 < y1 && tileX <= x0 && tileY <= y0 && tileX + tileWidth > x0 && tileY + tileHeight > y0)) {
    throw damaged('has a size that can not be');
  }
  if (view.byteLength < HEADER_LENGTH + 3 * components) throw damaged('ends within its header');
  return {
    ...{ x0, y0, x1, y1 },
    tiles: Math.ceil((x1 - tileX) / tileWidth) * Math.ceil((y1 - tileY) / tileHeight),
    tileWidth: Math.min(tileWidth, x1 - x0),
    tileHeight: Math.min(tileHeight, y1 - y0),
    bitsPerComponent: Array.from(
      { length: components },
      (_, index) => (view.getUint8(HEADER_LENGTH + 3 * index) & 0x7f) + 1,
    ),
  };
}

function damaged(what: string): ImageServerError {
  return new ImageServerError(502, `A JPEG 2000 codestream of the image ${what}: the file is damaged`);
}
