import type { Jpeg2000Size } from './jpeg2000-size.ts';

/** Marker segments of ISO/IEC 15444-1, annex A. */
const [COD, COC, SOD] = [0xff52, 0xff53, 0xff93];

/** A header has a dozen segments, or one for each of hundreds of components and tile-parts. */
const MAX_SEGMENTS = 4096;

/** Bits of Scod and Scoc: sizes of precincts follow. */
const HAS_PRECINCTS = 1;

interface Coding {
  readonly levels: number;
  /** Logarithms of the sides of each resolution's precincts, the smallest resolution first. */
  readonly precincts: readonly { readonly width: number; readonly height: number }[];
}

/**
 * Packets that a tile of a codestream has at most, from its main header and its first tile-part's (sections A.6.1, A.6.2,
 * B.6). A decoder goes through all of them, whether there is data or not.
 */
export function countPackets(codestream: Uint8Array, { width, height, bitsPerComponent }: Tile): number {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  const wide = bitsPerComponent.length > 256;
  let most = 0;
  let layers = 0;
  for (let at = 2, count = 0; at + 4 <= view.byteLength && count < MAX_SEGMENTS; count++) {
    const marker = view.getUint16(at);
    if (marker === SOD) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > view.byteLength) break;
    if (marker === COD && end >= at + 14) {
      layers = Math.max(layers, view.getUint16(at + 6));
      most = Math.max(most, precinctsOf(codingAt(view, at + 9, end, view.getUint8(at + 4)), width, height));
    }
    const style = at + (wide ? 6 : 5);
    if (marker === COC && end >= style + 6) {
      most = Math.max(most, precinctsOf(codingAt(view, style + 1, end, view.getUint8(style)), width, height));
    }
    at = end;
  }
  return layers * bitsPerComponent.length * most;
}

interface Tile extends Pick<Jpeg2000Size, 'bitsPerComponent'> {
  readonly width: number;
  readonly height: number;
}

function codingAt(view: DataView, at: number, end: number, style: number): Coding {
  const levels = Math.min(32, view.getUint8(at));
  const precincts = Array.from({ length: levels + 1 }, (_, resolution) => {
    const place = at + 5 + resolution;
    const size = (style & HAS_PRECINCTS) !== 0 && place < end ? view.getUint8(place) : 0xff;
    return { width: size & 15, height: size >> 4 };
  });
  return { levels, precincts };
}

/** A tile may begin anywhere within a precinct, which makes one more. */
function precinctsOf({ levels, precincts }: Coding, width: number, height: number): number {
  return precincts.reduce((sum, precinct, resolution) => {
    const scale = 2 ** (levels - resolution);
    const across = Math.ceil(width / scale / 2 ** precinct.width) + 1;
    const down = Math.ceil(height / scale / 2 ** precinct.height) + 1;
    return sum + across * down;
  }, 0);
}
