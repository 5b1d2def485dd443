import { damaged } from '../header-windows.ts';

/** Boxes in one file that are looked at; an AVIF has some 30, a grid of tiles some hundred. */
const MAX_BOXES = 4096;

/** Boxes within boxes: meta, iprp, ipco and what stands in it. */
const MAX_DEPTH = 4;

/** One box of an ISO base media file (ISO/IEC 14496-12, section 4.2); its content, within `view`. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** How long a box at the start of `view` is, its header included; 0 is up to the end of the file. */
export function boxLength(view: DataView, offset: number): { readonly length: number; readonly header: 8 | 16 } {
  const length = view.getUint32(offset);
  if (length !== 1) return { length, header: 8 };
  // Beyond 2^53 no object is as long, whatever is lost by rounding.
  return { length: Number(view.getBigUint64(offset + 8)), header: 16 };
}

/** Walks boxes that are in memory; counts all of a file together. */
export class BoxWalker {
  #left = MAX_BOXES;

  /**
   * The boxes of `view` in [start, end), one after the other.
   * @throws {ImageServerError} 502 where one ends outside or there are too many.
   */
  *boxes(view: DataView, start: number, end: number, depth = 0): Generator<Box> {
    if (depth > MAX_DEPTH) throw damaged(`its boxes are more than ${MAX_DEPTH} deep`);
    for (let offset = start; offset + 8 <= end; ) {
      this.#left -= 1;
      if (this.#left < 0) throw damaged(`it has more than ${MAX_BOXES} boxes`);
      const large = view.getUint32(offset) === 1;
      if (large && offset + 16 > end) throw damaged(`a box at byte ${offset} of its index ends too early`);
      const { length, header } = boxLength(view, offset);
      const next = length === 0 ? end : offset + length;
      if (next < offset + header || next > end) throw damaged(`a box of its index claims ${length} bytes`);
      const type = String.fromCharCode(...[4, 5, 6, 7].map((at) => view.getUint8(offset + at)));
      yield { type, start: offset + header, end: next };
      offset = next;
    }
  }
}
