import { damaged, type HeaderWindows } from '../header-windows.ts';
import type { Codestream, Coding, Component } from './codestream.ts';
import { ORDERS } from './codestream.ts';
import { CODING_STYLE, Marker, type Segment, viewOf } from './markers.ts';
import { unsupported } from './unsupported.ts';

/** A header has some hundred bytes, with TLM of 65,535 tiles some hundred thousand. */
const MAX_HEADER_LENGTH = 4 * 2 ** 20;
const MAX_SEGMENTS = 4096;

/** The decoder's limit; files of more are measurements of instruments. */
const MAX_COMPONENTS = 16;

/** Samples of more have no place in the answers' formats. */
const MAX_BITS = 16;

/** Sides of the reference grid beyond which sums are no longer safe in 32 bits, within the decoder. */
const MAX_SIDE = 2 ** 31 - 1;

/** ISO/IEC 15444-1, table A.1: numbers of tiles have 16 bits. */
const MAX_TILES = 65_535;

/** Segments that are handed on to the decoder. */
const NEEDED: readonly number[] = [Marker.SIZ, Marker.CAP, Marker.COD, Marker.COC, Marker.QCD, Marker.QCC, Marker.RGN];

/** Segments that Potto doesn't read, by name. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [Marker.POC, 'it changes the order of its packets (marker POC)'],
  [Marker.PPM, 'its packet headers are packed together (marker PPM)'],
]);

/** The main header, and where it ends. */
export interface MainHeader {
  readonly codestream: Codestream;
  /** TLM segments, in the order of their index. */
  readonly lengths: readonly Segment[];
  /** Offset of the first tile-part in the object. */
  readonly end: number;
}

/**
 * Reads the main header of the codestream that begins at `offset` (section A.4).
 * @throws {ImageServerError} 502 where it is damaged, 501 where it names what isn't read.
 */
export async function readMainHeader(windows: HeaderWindows, offset: number): Promise<MainHeader> {
  const segments: Segment[] = [];
  const lengths: Segment[] = [];
  if (viewOf(await windows.read({ offset, length: 2 })).getUint16(0) !== Marker.SOC) {
    throw damaged('its codestream does not begin with the marker SOC');
  }
  let at = offset + 2;
  for (let count = 0; ; count++) {
    if (count > MAX_SEGMENTS || at - offset > MAX_HEADER_LENGTH) {
      throw damaged(`its header has more than ${MAX_SEGMENTS} segments or ${MAX_HEADER_LENGTH} bytes`);
    }
    const head = viewOf(await windows.read({ offset: at, length: 4 }));
    const [marker, length] = [head.getUint16(0), head.getUint16(2)];
    if (marker === Marker.SOT) break;
    if (marker < 0xff01 || length < 2) throw damaged(`its header has no marker at byte ${at}`);
    const refused = REFUSED.get(marker);
    if (refused) throw unsupported(refused);
    if (NEEDED.includes(marker) || marker === Marker.TLM) {
      // A copy: Node's buffers would stay views of the window.
      const bytes = Uint8Array.from(await windows.read({ offset: at, length: length + 2 }));
      (marker === Marker.TLM ? lengths : segments).push({ marker, bytes });
    }
    at += 2 + length;
  }
  lengths.sort((a, b) => (a.bytes[4] ?? 0) - (b.bytes[4] ?? 0));
  return { codestream: codestreamOf(segments), lengths, end: at };
}

function codestreamOf(segments: readonly Segment[]): Codestream {
  const first = (marker: number) => segments.find((segment) => segment.marker === marker)?.bytes;
  const [siz, cod] = [first(Marker.SIZ), first(Marker.COD)];
  if (!siz || !cod || !first(Marker.QCD)) throw damaged('its header lacks one of the markers SIZ, COD, QCD');
  const size = sizeOf(siz);
  if (cod.length < 14) throw damaged('its marker COD is too short');
  const view = viewOf(cod);
  const flags = view.getUint8(4);
  const order = ORDERS[view.getUint8(5)];
  const layers = view.getUint16(6);
  if (!order || layers === 0) throw damaged(`its marker COD names order ${cod[5]} and ${layers} layers`);
  const general = codingOf(cod.subarray(9), (flags & CODING_STYLE.precincts) !== 0);
  const codings = size.components.map(() => general);
  for (const { marker, bytes } of segments) {
    // A component's number takes two bytes from 257 components on, which aren't read.
    if (marker !== Marker.COC) continue;
    const coding = codingOf(bytes.subarray(6), ((bytes[5] ?? 0) & CODING_STYLE.precincts) !== 0);
    if (coding.levels !== general.levels) {
      throw unsupported('its components have different numbers of resolutions (marker COC)');
    }
    codings[bytes[4] ?? 0] = coding;
  }
  if (codings.length > size.components.length) throw damaged('its marker COC names a component that there is not');
  return { ...size, order, layers, levels: general.levels, eph: (flags & CODING_STYLE.eph) !== 0, codings, segments };
}

/** SIZ (table A.9). */
function sizeOf(siz: Uint8Array) {
  const view = viewOf(siz);
  if (siz.length < 41) throw damaged('its marker SIZ is too short');
  if ((view.getUint16(4) & 0x8000) !== 0) throw unsupported('it uses extensions of ISO/IEC 15444-2');
  const at = (offset: number) => view.getUint32(offset);
  const [x1, y1, x0, y0] = [at(6), at(10), at(14), at(18)];
  const [tileWidth, tileHeight, tileX0, tileY0] = [at(22), at(26), at(30), at(34)];
  const count = view.getUint16(38);
  const isSound =
    x0 < x1 &&
    y0 < y1 &&
    Math.max(x1, y1) <= MAX_SIDE &&
    tileX0 <= x0 &&
    tileY0 <= y0 &&
    tileX0 + tileWidth > x0 &&
    tileY0 + tileHeight > y0 &&
    count > 0 &&
    siz.length >= 40 + 3 * count;
  if (!isSound) {
    throw damaged(
      `its marker SIZ is not sound: ${x1 - x0} × ${y1 - y0} pixels, ${count} components, tiles of ${tileWidth} × ${tileHeight}`,
    );
  }
  if (count > MAX_COMPONENTS) throw unsupported(`it has ${count} components, more than ${MAX_COMPONENTS} (marker SIZ)`);
  const components: Component[] = [];
  for (let i = 0; i < count; i++) {
    const [depth, dx, dy] = [view.getUint8(40 + 3 * i), view.getUint8(41 + 3 * i), view.getUint8(42 + 3 * i)];
    const bits = (depth & 0x7f) + 1;
    if (dx === 0 || dy === 0) throw damaged(`its component ${i} has no samples (marker SIZ)`);
    if (bits > MAX_BITS) throw unsupported(`it has samples of ${bits} bits (marker SIZ)`);
    components.push({ bits, signed: depth > 0x7f, dx, dy });
  }
  const columns = Math.ceil((x1 - tileX0) / tileWidth);
  const rows = Math.ceil((y1 - tileY0) / tileHeight);
  if (columns * rows > MAX_TILES) throw damaged(`it has ${columns} × ${rows} tiles, more than ${MAX_TILES}`);
  return { x0, y0, x1, y1, tileWidth, tileHeight, tileX0, tileY0, columns, rows, components };
}

/** SPcod or SPcoc (table A.20). */
function codingOf(bytes: Uint8Array, hasPrecincts: boolean): Coding {
  const [levels = 0, width = 0, height = 0, style = 0, filter = 0] = bytes;
  const [blockWidth, blockHeight] = [width + 2, height + 2];
  if (bytes.length < 5 || levels > 32 || blockWidth > 10 || blockHeight > 10 || blockWidth + blockHeight > 12) {
    throw damaged(`its coding is not sound: ${levels} levels, blocks of 2^${blockWidth} × 2^${blockHeight}`);
  }
  if (filter > 1) throw unsupported(`its wavelet filter is number ${filter} (marker COD)`);
  if ((style & 0x80) !== 0) throw unsupported(`the style of its code-blocks is ${style} (marker COD)`);
  if (hasPrecincts && bytes.length < 6 + levels) throw damaged('its marker COD is too short for its precincts');
  const precincts = Array.from({ length: levels + 1 }, (_, resolution) => {
    const size = hasPrecincts ? (bytes[5 + resolution] ?? 0) : 0xff;
    const precinct = { width: size & 15, height: size >> 4 };
    if (resolution > 0 && Math.min(precinct.width, precinct.height) === 0) {
      throw damaged(`its precincts of resolution ${resolution} are empty`);
    }
    return precinct;
  });
  return { levels, blockWidth, blockHeight, style, reversible: filter === 1, precincts };
}
