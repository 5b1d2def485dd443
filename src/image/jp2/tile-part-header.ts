import { damaged } from '../header-windows.ts';
import { Marker, type Segment, viewOf } from './markers.ts';
import { unsupported } from './unsupported.ts';

/** Where SOT ends and the segments of a tile-part begin. */
const SEGMENTS_START = 12;

/** Segments that are handed on to the decoder. */
const NEEDED: readonly number[] = [Marker.QCD, Marker.QCC, Marker.RGN];

/** Segments that Potto doesn't read, by name. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [Marker.POC, 'a tile changes the order of its packets (marker POC)'],
  [Marker.PPT, 'its packet headers are packed together (marker PPT)'],
  [Marker.COD, 'a tile is coded in a way of its own (marker COD)'],
  [Marker.COC, 'a tile has components that are coded in ways of their own (marker COC)'],
]);

/** The header of a tile-part (section A.3). */
export interface TilePartHeader {
  readonly tile: number;
  /** Lengths of packets, from PLT; none where there is no PLT. */
  readonly lengths: readonly number[];
  readonly segments: readonly Segment[];
  /** Where its packets begin, from the start of the tile-part. */
  readonly body: number;
}

/**
 * Reads the header of a tile-part of which `bytes` are the first; tells how many are needed where they are too few.
 * @throws {ImageServerError} 502 where it is damaged, 501 where it names what isn't read.
 */
export function parseTilePartHeader(bytes: Uint8Array): TilePartHeader | { readonly needed: number } {
  const view = viewOf(bytes);
  const lengths: number[] = [];
  const segments: Segment[] = [];
  if (bytes.length < SEGMENTS_START + 2) return { needed: SEGMENTS_START + 2 };
  if (view.getUint16(0) !== Marker.SOT) throw damaged('a tile-part does not begin with the marker SOT');
  let at = SEGMENTS_START;
  let unfinished = 0;
  for (;;) {
    if (at + 4 > bytes.length) {
      const isBody = at + 2 <= bytes.length && view.getUint16(at) === Marker.SOD;
      if (!isBody) return { needed: at + 4 };
    }
    const marker = view.getUint16(at);
    if (marker === Marker.SOD) return { tile: view.getUint16(4), lengths, segments, body: at + 2 };
    const length = view.getUint16(at + 2);
    if (marker < 0xff01 || length < 2) throw damaged('the header of a tile-part is none');
    const end = at + 2 + length;
    if (end + 2 > bytes.length) return { needed: end + 2 };
    const refused = REFUSED.get(marker);
    if (refused) throw unsupported(refused);
    if (marker === Marker.PLT) unfinished = addLengths(bytes.subarray(at + 5, end), lengths, unfinished);
    else if (NEEDED.includes(marker)) segments.push({ marker, bytes: Uint8Array.from(bytes.subarray(at, end)) });
    at = end;
  }
}

/** Packet lengths of seven bits a byte (table A.36); returns what goes on in the next segment. */
function addLengths(bytes: Uint8Array, lengths: number[], unfinished: number): number {
  let length = unfinished;
  for (const byte of bytes) {
    length = length * 128 + (byte & 0x7f);
    if (length > 0xffff_ffff) throw damaged('a packet claims more than 4 GB (marker PLT)');
    if (byte > 0x7f) continue;
    lengths.push(length);
    length = 0;
  }
  return length;
}
