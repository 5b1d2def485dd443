import type { ByteRange } from '../source/source.ts';
import type { ObjectRecord, Span } from './records.ts';

/**
 * Bytes. A download that is cut off loses at least one block, and a tile of some 40 KB touches one or two of them:
 * smaller ones would cost more in storage (1.6 ms to write each) than they save.
 */
export const SHORTEST_BLOCK = 64 * 1024;
/** Which of its blocks are there is held in memory for every pinned object in use; longer objects get longer blocks. */
export const MOST_BLOCKS = 16_384;

type Blocks = Pick<ObjectRecord, 'size' | 'blockLength'>;

/** Length of the blocks of an object of this many bytes: a power of two. */
export function blockLengthFor(size: number): number {
  let length = SHORTEST_BLOCK;
  while (size > length * MOST_BLOCKS) length *= 2;
  return length;
}

export function blockCount({ size, blockLength }: Blocks): number {
  return Math.ceil(size / blockLength);
}

/** Where a block lies in its object. */
export function blockRange({ size, blockLength }: Blocks, index: number): ByteRange {
  const offset = index * blockLength;
  return { offset, length: Math.min(blockLength, size - offset) };
}

/** The blocks that a range of bytes touches. */
export function blocksOf({ blockLength }: Blocks, { offset, length }: ByteRange): Span {
  return { first: Math.floor(offset / blockLength), end: Math.ceil((offset + length) / blockLength) };
}

/** Bytes of all blocks of the spans, which don't overlap. */
export function bytesOf(blocks: Blocks, spans: readonly Span[]): number {
  return spans.reduce((sum, { first, end }) => sum + offsetOf(blocks, end) - offsetOf(blocks, first), 0);
}

function offsetOf({ size, blockLength }: Blocks, index: number): number {
  return Math.min(size, index * blockLength);
}

/** SHA-256. */
export async function digestOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
