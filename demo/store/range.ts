import { S3Error } from './errors.ts';

/** Half-open range of bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of an object of `size` bytes; undefined for the whole object (no header, or another
 * unit). S3 doesn't do several ranges: the first is answered.
 * @throws {S3Error} InvalidRange when nothing of the range lies in the object, or it can't be read.
 */
export function parseRange(header: string | undefined, size: number): Span | undefined {
  const match = /^\s*bytes\s*=\s*([^,]*)/i.exec(header ?? '');
  if (match?.[1] === undefined) return undefined;
  const [, first, last] = /^(\d*)\s*-\s*(\d*)\s*$/.exec(match[1]) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) throw invalid();
  const span =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size }
      : { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
  if (span.start >= span.end) throw invalid();
  return span;
}

function invalid(): S3Error {
  return new S3Error('InvalidRange', 'The requested range is not satisfiable');
}
