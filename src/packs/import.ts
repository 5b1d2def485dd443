import { blockRange, bytesOf, digestOf, sameDigest } from './blocks.ts';
import type { PackDesk, PackStatus } from './desk.ts';
import type { TransferOptions } from './export.ts';
import { DIGEST_LENGTH, headerLength, noPack, PREAMBLE, parseHeader } from './pack-file.ts';
import { includes, indicesOf } from './spans.ts';

/**
 * Takes a pack from a file, block by block as it comes. Nothing is kept that its digest doesn't prove; what was kept when
 * the file turns out to be damaged, or ends, stays as a pack of which something is missing. Where an image is pinned
 * already in another version, that of the file takes its place.
 * @throws {ImageServerError} 422 where the file is no pack or is damaged, 507 where it doesn't fit; `fits` may throw too.
 */
export async function importPackTo(
  desk: PackDesk,
  stream: ReadableStream<Uint8Array>,
  { onProgress, fits }: TransferOptions & { readonly fits?: (bytes: number) => Promise<void> } = {},
): Promise<PackStatus> {
  const file = new PieceReader(stream);
  try {
    const preamble = await file.read(PREAMBLE);
    const header = parseHeader(await file.read(headerLength(preamble)));
    const bytes = header.works.reduce((sum, work) => sum + bytesOf(work, work.wanted), 0);
    await fits?.(bytes);
    const works = header.works.map((work) => ({ ...work, version: work.version }));
    await desk.begin({ ...header, works });
    const parts = new Map((await desk.parts({ id: header.id })).map((part) => [part.identifier, part]));
    let bytesDone = 0;
    for (const work of header.works) {
      const { identifier, wanted } = work;
      const part = parts.get(identifier);
      for (const index of indicesOf(wanted)) {
        const digest = await file.read(DIGEST_LENGTH);
        const block = await file.read(blockRange(work, index).length);
        if (!sameDigest(await digestOf(block), digest)) throw noPack(`block ${index} of "${identifier}" was altered`);
        if (part && includes(part.missing, index)) {
          await desk.put({ identifier, generation: part.generation, index, bytes: block });
        }
        bytesDone += block.length;
        onProgress?.({ bytes, bytesDone });
      }
    }
    const pack = (await desk.list()).find(({ id }) => id === header.id);
    if (!pack) throw noPack('it was removed while it was imported');
    return pack;
  } finally {
    await file.close();
  }
}

/** Reads a stream in pieces of a given length. */
class PieceReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #left = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Exactly `length` bytes. @throws {ImageServerError} 422 where the stream ends before. */
  async read(length: number): Promise<Uint8Array> {
    const piece = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      if (this.#left.length === 0) {
        const { done, value } = await this.#reader.read();
        if (done) throw noPack('it ends before all of it has come');
        this.#left = new Uint8Array(value);
      }
      const taken = this.#left.subarray(0, length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      this.#left = this.#left.subarray(taken.length);
    }
    return piece;
  }

  close(): Promise<void> {
    return this.#reader.cancel().catch(() => undefined);
  }
}
