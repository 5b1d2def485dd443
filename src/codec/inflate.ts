import { shortData } from './short-data.ts';

/**
 * Sizes of the pieces in which data is fed. `DecompressionStream` drops output it has already made when a piece
 * holds bytes behind the stream's end, as some TIFF writers leave. Only then the data is fed again, in smaller
 * pieces from the one that failed, so that in the end nothing but the surplus is lost.
 */
const PIECE_LENGTHS = [Number.POSITIVE_INFINITY, 4096, 64, 1];

/**
 * Inflates zlib data (RFC 1950) to exactly `length` bytes. Further output and bytes behind the stream are ignored,
 * and no more than `length` bytes are kept, whatever the data expands to.
 * @throws {ImageServerError} 502 when the data is damaged or gives fewer bytes.
 */
export async function inflate(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const { output, error } = await inflateUpTo(bytes, length);
  if (output.length === length) return output;
  throw shortData('deflate', length, output.length, error);
}

/**
 * The same for data of unknown length, to `limit` bytes at most.
 * @throws {ImageServerError} 502 when the data is damaged.
 */
export async function inflateAtMost(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const { output, error } = await inflateUpTo(bytes, limit);
  if (error === undefined) return output;
  throw shortData('deflate', limit, output.length, error);
}

async function inflateUpTo(bytes: Uint8Array, length: number): Promise<{ output: Uint8Array; error: unknown }> {
  const output = new Uint8Array(length);
  let attempt: Attempt = { written: 0, fed: 0, error: undefined };
  for (const piece of PIECE_LENGTHS) {
    attempt = await inflateInto(output, bytes, attempt.fed, piece);
    if (attempt.error === undefined || attempt.fed === bytes.length) break;
  }
  return { output: output.subarray(0, attempt.written), error: attempt.error };
}

interface Attempt {
  /** Bytes of output, at most what was wanted. */
  readonly written: number;
  /** Bytes of input that were accepted in whole pieces. */
  readonly fed: number;
  /** Why the stream stopped; undefined at its regular end. */
  readonly error: unknown;
}

/** Feeds the first `head` bytes at once and the rest piece by piece. */
async function inflateInto(output: Uint8Array, bytes: Uint8Array, head: number, piece: number): Promise<Attempt> {
  const { readable, writable } = new DecompressionStream('deflate');
  let fed = 0;
  const feed = async () => {
    const writer = writable.getWriter();
    while (fed < bytes.length) {
      const end = Math.min(bytes.length, fed < head ? head : fed + piece);
      await writer.write(pinned(bytes.subarray(fed, end)));
      fed = end;
    }
    await writer.close();
  };
  const failure = feed().then(
    () => undefined,
    (error: unknown) => error ?? new Error('cancelled'),
  );
  const written = await drain(readable, output);
  return { written, fed, error: written === output.length ? undefined : await failure };
}

/** Reads until the output is full, the stream ends or fails; returns the number of bytes it wrote. */
async function drain(readable: ReadableStream<Uint8Array>, output: Uint8Array): Promise<number> {
  const reader = readable.getReader();
  let written = 0;
  try {
    while (written < output.length) {
      const { done, value } = await reader.read();
      if (done) return written;
      const part = value.subarray(0, output.length - written);
      output.set(part, written);
      written += part.length;
    }
    // Not awaited: what lies behind the last byte wanted may fail in any way it likes.
    reader.cancel().catch(() => {});
  } catch {
    // The writing side fails with the same error and tells it.
  }
  return written;
}

/** Streams don't take memory shared between threads, which a source's bytes never are: copied only then. */
function pinned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}
