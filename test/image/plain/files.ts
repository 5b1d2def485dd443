import { deflateSync } from 'node:zlib';
import { pngChunk } from '../../../src/codec/png-chunks.ts';

/** Bytes one after the other: text as latin-1, numbers as single bytes. */
export function bytesOf(...parts: readonly (string | Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part])),
  );
}

export const uint16 = (value: number) => [value >>> 8, value & 255];
export const uint32 = (value: number) => [...uint16(value >>> 16), ...uint16(value & 0xffff)];
export const littleEndian = (value: number, length: number) =>
  Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) & 255);

/** A segment of a JPEG. */
export function segment(marker: number, content: string | readonly number[]): Uint8Array {
  const body = bytesOf(content);
  return bytesOf([0xff, marker], uint16(body.length + 2), body);
}

/** The header of a JPEG up to its frame header; `before` are segments. */
export function jpegHeader(width: number, height: number, components: number, ...before: Uint8Array[]): Uint8Array {
  const frame = [8, ...uint16(height), ...uint16(width), components, ...new Array(3 * components).fill(17)];
  return bytesOf([0xff, 0xd8], ...before, segment(0xc0, frame), new Uint8Array(64));
}

/** Exif of one directory, in either byte order. */
export function exif(orientation: number, order: 'II' | 'MM' = 'II'): Uint8Array {
  const number = (value: number, length: number) =>
    order === 'II' ? littleEndian(value, length) : littleEndian(value, length).reverse();
  const entry = (tag: number, type: number, value: readonly number[]) => [
    ...number(tag, 2),
    ...number(type, 2),
    ...number(1, 4),
    ...value,
  ];
  const ratio = 8 + 2 + 12 * 4 + 4;
  return bytesOf(order, number(42, 2), number(8, 4), number(4, 2), [
    ...entry(0x112, 3, [...number(orientation, 2), 0, 0]),
    ...entry(0x11a, 5, number(ratio, 4)),
    ...entry(0x11b, 5, number(ratio, 4)),
    ...entry(0x128, 3, [...number(2, 2), 0, 0]),
    ...number(0, 4),
    ...number(600, 4),
    ...number(2, 4),
  ]);
}

export interface PngParts {
  readonly type: 0 | 2 | 3 | 4 | 6;
  readonly bits: 1 | 2 | 4 | 8 | 16;
  /** Unfiltered rows, without their filter bytes. */
  readonly rows?: readonly Uint8Array[];
  /** Chunks before the picture. */
  readonly before?: readonly Uint8Array[];
}

export const PNG_START = bytesOf([0x89], 'PNG\r\n', [0x1a, 10]);

/** A PNG of any colour type. */
export function png(width: number, height: number, { type, bits, rows = [], before = [] }: PngParts): Uint8Array {
  const header = bytesOf(uint32(width), uint32(height), [bits, type, 0, 0, 0]);
  const data = deflateSync(bytesOf(...rows.flatMap((row) => [[0], row])));
  return bytesOf(PNG_START, pngChunk('IHDR', header), ...before, pngChunk('IDAT', data), pngChunk('IEND', bytesOf()));
}

/** A chunk of a WebP. */
export function riffChunk(name: string, content: Uint8Array): Uint8Array {
  return bytesOf(name, littleEndian(content.length, 4), content, content.length % 2 ? [0] : []);
}

export function webp(...chunks: Uint8Array[]): Uint8Array {
  const body = bytesOf('WEBP', ...chunks);
  return bytesOf('RIFF', littleEndian(body.length, 4), body);
}

export function extendedHeader(flags: number, width: number, height: number): Uint8Array {
  return riffChunk('VP8X', bytesOf([flags, 0, 0, 0], littleEndian(width - 1, 3), littleEndian(height - 1, 3)));
}

/** A box of an ISO base media file. */
export function box(type: string, ...content: readonly (string | Uint8Array | readonly number[])[]): Uint8Array {
  const body = bytesOf(...content);
  return bytesOf(uint32(body.length + 8), type, body);
}

const FULL = [0, 0, 0, 0];
export const AVIF_START = box('ftyp', 'avif', FULL, 'avif', 'mif1');

/** The index of an AVIF whose one item has these properties. */
export function avif(...properties: Uint8Array[]): Uint8Array {
  const indices = properties.map((_, index) => index + 1);
  const ipma = box('ipma', FULL, uint32(1), uint16(1), [indices.length, ...indices]);
  return bytesOf(
    AVIF_START,
    box('meta', FULL, box('pitm', FULL, uint16(1)), box('iprp', box('ipco', ...properties), ipma)),
    box('mdat', new Uint8Array(20)),
  );
}

export const ispe = (width: number, height: number) => box('ispe', FULL, uint32(width), uint32(height));

/** The start of a GIF; `blocks` follow its screen, which has no palette. */
export function gif(width: number, height: number, ...blocks: readonly (readonly number[])[]): Uint8Array {
  return bytesOf('GIF89a', littleEndian(width, 2), littleEndian(height, 2), [0, 0, 0], ...blocks);
}

export const gifFrame = (x: number, y: number, width: number, height: number) => [
  0x2c,
  ...[x, y, width, height].flatMap((value) => littleEndian(value, 2)),
  0,
];
