import { ImageServerError } from '../errors.ts';
import { type ObjectFacts, unequal } from './object-facts.ts';
import { type ByteRange, type ReadOptions, type Source, SourceChangedError } from './source.ts';

/** A file that the user chose, or any Blob, as a source: it is read from where it lies, never whole. */
export class BlobSource implements Source {
  readonly url: string;
  readonly size: number;
  /** From a File's size and time; a plain Blob has none unless it is given. */
  readonly version: string | undefined;
  readonly #blob: Blob;
  readonly #known: ObjectFacts | undefined;

  /** `known`: what was seen of the object before. */
  constructor(
    blob: Blob,
    options: { readonly url?: string; readonly version?: string; readonly known?: ObjectFacts | undefined } = {},
  ) {
    const modified = blob instanceof File ? blob.lastModified : undefined;
    const ownVersion = modified === undefined ? undefined : `${modified.toString(36)}-${blob.size.toString(36)}`;
    this.url = options.url ?? `blob:${blob instanceof File ? blob.name : ''}`;
    this.size = blob.size;
    this.version = options.version ?? ownVersion;
    this.#blob = blob;
    this.#known = options.known;
  }

  async isHere(): Promise<boolean> {
    return true;
  }

  async read({ offset, length }: ByteRange, { signal, timing }: ReadOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    if (unequal(this.#known?.version, this.version) || unequal(this.#known?.size, this.size)) {
      throw new SourceChangedError(this.url, this.#known?.version, this.version);
    }
    if (offset >= this.size) {
      throw new ImageServerError(
        416,
        `Bytes from ${offset} of the file were asked for, past its end at ${this.size}: it is truncated or damaged.`,
      );
    }
    const start = performance.now();
    let buffer: ArrayBuffer;
    try {
      buffer = await this.#blob.slice(offset, offset + length).arrayBuffer();
    } catch {
      // NotReadableError: the file on disk isn't any more what the user chose (File API, section 4.1).
      throw new SourceChangedError(this.url, this.version, undefined);
    }
    signal?.throwIfAborted();
    timing?.add('read', performance.now() - start, buffer.byteLength);
    return new Uint8Array(buffer);
  }
}
