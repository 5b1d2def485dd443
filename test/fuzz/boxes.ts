import type { Random } from '../kernel/random.ts';
import { numbers } from './mutate.ts';

const MOST_BOXES = 64;
/** Boxes that hold others; `meta` has four bytes before them. */
const PARENTS: Readonly<Record<string, number>> = { jp2h: 8, meta: 12, iprp: 8, ipco: 8 };
/** Of JPEG 2000's codestream: SIZ, COD, QCD, PLT, SOT, TLM, POC, PPM, EPH, SOD. */
const MARKERS = [0xff51, 0xff52, 0xff5c, 0xff58, 0xff90, 0xff55, 0xff5f, 0xff60, 0xff92, 0xff93] as const;

/** Changes a file of boxes (JP2, AVIF) as it is built: a box's length, name or content, or a marker segment of a codestream. */
export function changeBox(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  const marker = random.real() < 0.5 ? markerAt(view, random) : undefined;
  if (marker !== undefined) return changeSegment(view, marker, bytes, random);
  const [first, ...others] = boxesWithin(view, 0, view.byteLength);
  if (first === undefined) return bytes;
  const at = random.pick([first, ...others]);
  const length = view.getUint32(at);
  switch (random.whole(0, 4)) {
    case 0:
      view.setUint32(at, random.pick([7, 8, length - 1, length + 1, ...numbers(bytes)]) >>> 0);
      return bytes;
    case 1:
      bytes[at + 4 + random.whole(0, 3)] = random.whole(0x61, 0x7a);
      return bytes;
    case 2:
      return bytes.fill(0, at + 8, at + Math.max(8, Math.min(length, 32)));
    case 3: {
      const other = random.pick([first, ...others]);
      return bytes.copyWithin(at, other, other + Math.min(64, view.getUint32(other)));
    }
    default: {
      const where = at + 8 + random.whole(0, Math.max(0, Math.min(length, 64) - 12));
      if (where + 4 <= bytes.length) view.setUint32(where, random.pick(numbers(bytes)));
      return bytes;
    }
  }
}

function changeSegment(view: DataView, at: number, bytes: Uint8Array<ArrayBuffer>, random: Random) {
  const length = view.getUint16(at + 2);
  const within = at + random.whole(2, Math.max(4, Math.min(length, 48)));
  if (within + 4 > bytes.length) return bytes;
  switch (random.whole(0, 3)) {
    case 0:
      view.setUint16(at, random.pick(MARKERS));
      return bytes;
    case 1:
      view.setUint16(at + 2, random.pick([0, 1, 2, length - 1, length + 1, 0xffff]));
      return bytes;
    case 2:
      view.setUint32(within, random.pick(numbers(bytes)));
      return bytes;
    default:
      bytes[within] = random.whole(0, 255);
      return bytes;
  }
}

function markerAt(view: DataView, random: Random): number | undefined {
  const found: number[] = [];
  for (let at = 0; at + 4 < view.byteLength && found.length < MOST_BOXES; at++) {
    const marker = view.getUint16(at);
    if (MARKERS.some((known) => known === marker)) found.push(at);
  }
  const [first, ...others] = found;
  return first === undefined ? undefined : random.pick([first, ...others]);
}

function boxesWithin(view: DataView, start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = start; at + 8 <= end && found.length < MOST_BOXES; ) {
    found.push(at);
    const name = String.fromCharCode(...[4, 5, 6, 7].map((index) => view.getUint8(at + index)));
    const length = view.getUint32(at);
    const inner = PARENTS[name];
    if (inner !== undefined) found.push(...boxesWithin(view, at + inner, Math.min(end, at + length)));
    if (length < 8) break;
    at += length;
  }
  return found;
}
