import { ImageServerError } from '../errors.ts';
import type { FoundSource } from './finder.ts';
import type { ObjectFacts } from './object-facts.ts';
import { unequal } from './object-facts.ts';
import { type ByteRange, type ReadOptions, type Source, SourceChangedError } from './source.ts';

/** An object of which bytes are kept here, in blocks. */
export interface PinnedObject {
  readonly size: number;
  readonly version: string | undefined;
  /** Bytes of each block but the last. */
  readonly blockLength: number;
  /** Whether all that was to be pinned is there: then it is shown as it was pinned, whatever the source has now. */
  isComplete(): Promise<boolean>;
  /** The bytes of a block, verified; undefined where they aren't here. */
  readBlock(index: number): Promise<Uint8Array | undefined>;
  /** The source has another version: what was pinned so far is of no use. */
  spoil(): Promise<void>;
}

/** Finds what is pinned of an object; undefined where nothing is. */
export type FindPinned = (url: string) => Promise<PinnedObject | undefined>;

/** What is taken from blocks, and where the rest is. */
interface Parts {
  readonly bytes: Uint8Array;
  readonly missing: readonly ByteRange[];
}

/**
 * Reads from pinned blocks first, and the bytes that aren't pinned from the object itself. What is pinned is looked up
 * with each read, so that a source that was opened before goes on without its network.
 */
export class PinnedSource implements Source {
  readonly url: string;
  readonly #origin: Pick<FoundSource, 'open'> | undefined;
  readonly #findPinned: FindPinned;
  #facts: ObjectFacts;
  #source: Source | undefined;
  #lastPinned: number | undefined;

  /** `origin`: where the object itself is; undefined where it is only here. */
  constructor(url: string, origin: Pick<FoundSource, 'open'> | undefined, find: FindPinned, known?: ObjectFacts) {
    this.url = url;
    this.#origin = origin;
    this.#findPinned = find;
    this.#facts = known ?? { size: undefined, version: undefined };
  }

  get size(): number | undefined {
    return this.#source?.size ?? this.#facts.size;
  }

  get version(): string | undefined {
    return this.#source?.version ?? this.#facts.version;
  }

  get lastRead(): number | undefined {
    const { lastRead } = this.#source ?? {};
    if (lastRead === undefined || this.#lastPinned === undefined) return lastRead ?? this.#lastPinned;
    return Math.max(lastRead, this.#lastPinned);
  }

  async isHere(): Promise<boolean> {
    return (await (await this.#findPinned(this.url))?.isComplete()) ?? false;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const pinned = await this.#findPinned(this.url);
    if (!pinned) return this.#readOrigin(range, options);
    this.#confirm(pinned);
    if (range.offset >= pinned.size) throw pastTheEnd(range.offset, pinned.size);
    const clamped = { offset: range.offset, length: Math.min(range.length, pinned.size - range.offset) };
    const { bytes, missing } = await this.#readBlocks(pinned, clamped, options);
    options.signal?.throwIfAborted();
    if (missing.length === 0) this.#lastPinned = Date.now();
    await Promise.all(missing.map((part) => this.#fill(bytes, clamped.offset, part, pinned, options)));
    return bytes;
  }

  /** Bytes that were read before must be of the version that is pinned. */
  #confirm({ size, version }: PinnedObject): void {
    if (unequal(this.version, version) || unequal(this.size, size)) {
      throw new SourceChangedError(this.url, this.version, version);
    }
    this.#facts = { size, version };
  }

  async #readBlocks(pinned: PinnedObject, range: ByteRange, { timing }: ReadOptions): Promise<Parts> {
    const start = performance.now();
    const { offset, length } = range;
    const { blockLength, size } = pinned;
    const first = Math.floor(offset / blockLength);
    const count = Math.ceil((offset + length) / blockLength) - first;
    const blocks = await Promise.all(Array.from({ length: count }, (_, index) => pinned.readBlock(first + index)));
    const bytes = new Uint8Array(length);
    const missing: { offset: number; length: number }[] = [];
    let taken = 0;
    for (const [index, block] of blocks.entries()) {
      const blockOffset = (first + index) * blockLength;
      const from = Math.max(offset, blockOffset);
      const to = Math.min(offset + length, blockOffset + blockLength, size);
      const last = missing.at(-1);
      if (block) {
        bytes.set(block.subarray(from - blockOffset, to - blockOffset), from - offset);
        taken += to - from;
      } else if (last && last.offset + last.length === from) last.length += to - from;
      else missing.push({ offset: from, length: to - from });
    }
    if (taken > 0) timing?.add('pinned', performance.now() - start, taken);
    return { bytes, missing };
  }

  async #fill(
    bytes: Uint8Array,
    offset: number,
    part: ByteRange,
    pinned: PinnedObject,
    { signal, priority, timing }: ReadOptions,
  ): Promise<void> {
    try {
      const read = await this.#readOrigin(part, { signal, priority, timing });
      if (read.length !== part.length) throw new SourceChangedError(this.url, pinned.version, undefined);
      bytes.set(read, part.offset - offset);
    } catch (cause) {
      if (!(cause instanceof SourceChangedError)) throw cause;
      if (await pinned.isComplete()) throw changedSincePinned(cause);
      await pinned.spoil();
      throw cause;
    }
  }

  #readOrigin(range: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    if (!this.#origin) throw notPinned();
    this.#source ??= this.#origin.open(this.#facts);
    return this.#source.read(range, options);
  }
}

function pastTheEnd(offset: number, size: number): ImageServerError {
  return new ImageServerError(
    416,
    `Bytes from ${offset} of the image were asked for, past its end at ${size}: the file is truncated or damaged.`,
  );
}

function changedSincePinned(cause: unknown): ImageServerError {
  return new ImageServerError(
    502,
    'This part of the image is not pinned, and the image was changed at its source since the rest was: pin it again to see the new one.',
    { cause },
  );
}

function notPinned(): ImageServerError {
  return new ImageServerError(
    502,
    'These bytes of the image are missing from its pack, and there is no source to read them from. Import the pack again.',
  );
}
