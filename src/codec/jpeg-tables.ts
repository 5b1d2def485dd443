import { uint16 } from './bytes.ts';
import type { JpegSegment } from './jpeg-frame.ts';
import { decoderTable, type HuffmanKind } from './jpeg-huffman.ts';

/** Tables by the number they are stored under, 0–3, in the form the decoder takes. */
export interface JpegTables {
  /** 64 steps in zigzag order, and as many zeros as a wrong run leads past them. */
  readonly quantisation: Map<number, Uint16Array>;
  readonly dc: Map<number, Uint32Array>;
  readonly ac: Map<number, Uint32Array>;
  /** MCUs between restart markers; 0: none. */
  restartInterval: number;
}

const DHT = 0xc4;
const DQT = 0xdb;
const DRI = 0xdd;

export const QUANTISATION_ENTRIES = 80;

export function noTables(): JpegTables {
  return { quantisation: new Map(), dc: new Map(), ac: new Map(), restartInterval: 0 };
}

/**
 * Adds what the segments define (ISO/IEC 10918-1, sections B.2.4.1, B.2.4.2 and B.2.4.4); later ones replace earlier ones.
 * @throws {ImageServerError} 502 for impossible Huffman tables. Tables that are cut short are left out.
 */
export function readTables(tables: JpegTables, bytes: Uint8Array, segments: readonly JpegSegment[]): void {
  for (const { marker, offset, end } of segments) {
    const content = bytes.subarray(offset + 4, end);
    if (marker === DQT) readQuantisation(tables, content);
    else if (marker === DHT) readHuffman(tables, content);
    else if (marker === DRI && content.length === 2) tables.restartInterval = uint16(content, 0);
  }
}

function readQuantisation({ quantisation }: JpegTables, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) {
    const kind = content[at] ?? 0;
    const bytes = kind >> 4 === 0 ? 1 : 2;
    const end = at + 1 + 64 * bytes;
    if (end > content.length) return;
    const steps = new Uint16Array(QUANTISATION_ENTRIES);
    for (let i = 0; i < 64; i++) {
      steps[i] = bytes === 1 ? (content[at + 1 + i] ?? 0) : uint16(content, at + 1 + 2 * i);
    }
    quantisation.set(kind & 15, steps);
    at = end;
  }
}

function readHuffman(tables: JpegTables, content: Uint8Array): void {
  for (let at = 0; at + 17 <= content.length; ) {
    const kind = content[at] ?? 0;
    let end = at + 17;
    for (let i = 1; i <= 16; i++) end += content[at + i] ?? 0;
    if (end > content.length) return;
    const stored = content.subarray(at + 1, end);
    if (kind >> 4 === 0) tables.dc.set(kind & 15, remembered(stored, 'dc'));
    else tables.ac.set(kind & 15, remembered(stored, 'ac'));
    at = end;
  }
}

/** The tiles of an image share their tables, and most images those of annex K: few are met, and each costs 0.1 ms. */
const MAX_REMEMBERED = 32;
const memory: { readonly kind: HuffmanKind; readonly stored: Uint8Array; readonly table: Uint32Array }[] = [];

/** The table of stored counts and symbols. */
function remembered(stored: Uint8Array, kind: HuffmanKind): Uint32Array {
  const known = memory.find((entry) => entry.kind === kind && isEqual(entry.stored, stored));
  if (known !== undefined) return known.table;
  const table = decoderTable({ counts: stored.subarray(0, 16), symbols: stored.subarray(16) }, kind);
  if (memory.length >= MAX_REMEMBERED) memory.shift();
  // A copy, or the whole tile would be kept with it.
  memory.push({ kind, stored: stored.slice(), table });
  return table;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
