import { ImageServerError } from '../errors.ts';
import { blockCount, blockLengthFor } from './blocks.ts';
import type { PackContent, PackDocument, Span } from './records.ts';

// A pack as one file:
//   8 bytes   "POTTOPK1"
//   4 bytes   length of the header, big-endian
//   header    JSON in UTF-8, a `PackFileHeader`
//   then for each work, in order, for each of its blocks, in order:
//   32 bytes  SHA-256 of the block
//   block     as long as the work's `blockLength`, the last one of an object as long as what is left of it

export const MAGIC = new TextEncoder().encode('POTTOPK1');
/** Bytes before the header. */
export const PREAMBLE = MAGIC.length + 4;
export const DIGEST_LENGTH = 32;
/** Bytes. Manifests of a thousand books fit; a damaged length must not fill the memory. */
export const LONGEST_HEADER = 64 * 2 ** 20;

/** One image of the file. */
export interface PackFileWork {
  readonly identifier: string;
  /** Bytes of the object. */
  readonly size: number;
  readonly version?: string | undefined;
  readonly blockLength: number;
  readonly content: PackContent;
  /** The blocks that are in the file. */
  readonly wanted: readonly Span[];
}

export interface PackFileHeader {
  readonly id: string;
  readonly label: string;
  readonly works: readonly PackFileWork[];
  readonly documents: readonly PackDocument[];
  readonly foreign: readonly string[];
}

/** Everything before the blocks. */
export function packFileHead(header: PackFileHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(PREAMBLE + json.length);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length);
  bytes.set(json, PREAMBLE);
  return bytes;
}

/** Length of the header that a preamble announces. @throws {ImageServerError} 422 for a file that is no pack. */
export function headerLength(preamble: Uint8Array): number {
  const isPack = preamble.length === PREAMBLE && MAGIC.every((byte, index) => preamble[index] === byte);
  if (!isPack) throw noPack('it does not begin as one');
  const length = new DataView(preamble.buffer, preamble.byteOffset).getUint32(MAGIC.length);
  if (length > LONGEST_HEADER) throw noPack(`its header would have ${length} bytes`);
  return length;
}

/** @throws {ImageServerError} 422 where the header isn't one of a pack. */
export function parseHeader(bytes: Uint8Array): PackFileHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw noPack('its header is no JSON', cause);
  }
  if (isHeader(header)) return header;
  throw noPack('its header does not tell what is in it');
}

export function noPack(found: string, cause?: unknown): ImageServerError {
  const message = `This file is not a pack, or it is damaged: ${found}. Export the pack again.`;
  return new ImageServerError(422, message, cause === undefined ? {} : { cause });
}

function isHeader(value: unknown): value is PackFileHeader {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.label === 'string' &&
    isListOf(value.works, isWork) &&
    isListOf(value.documents, isDocument) &&
    isListOf(value.foreign, (url) => typeof url === 'string')
  );
}

function isWork(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { identifier, size, version, blockLength, content, wanted } = value;
  if (content !== 'source' && !(isRecord(content) && isCount(content.width))) return false;
  if (typeof identifier !== 'string' || !isCount(size) || size === 0) return false;
  if (version !== undefined && typeof version !== 'string') return false;
  // Another length of blocks couldn't be put among those that are fetched.
  if (blockLength !== blockLengthFor(size)) return false;
  const count = blockCount({ size, blockLength });
  let before = 0;
  return isListOf(wanted, (span) => {
    if (!isRecord(span) || !isCount(span.first) || !isCount(span.end)) return false;
    const follows = span.first >= before && span.end > span.first && span.end <= count;
    before = span.end;
    return follows;
  });
}

function isDocument(value: unknown): boolean {
  return isRecord(value) && typeof value.url === 'string' && typeof value.text === 'string';
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
