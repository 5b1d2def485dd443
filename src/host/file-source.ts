import { type FileHandle, open } from 'node:fs/promises';
import { ImageServerError } from '../errors.ts';
import type { ObjectFacts } from '../source/object-facts.ts';
import { type ByteRange, type ReadOptions, type Source, SourceChangedError } from '../source/source.ts';

/** A file on disk as a source. Its version is its length and time of change, looked at with every read. */
export class FileSource implements Source {
  readonly url: string;
  readonly #path: string;
  #known: ObjectFacts | undefined;
  lastRead: number | undefined;

  constructor(path: string, url: string, known?: ObjectFacts) {
    this.#path = path;
    this.url = url;
    this.#known = known;
  }

  get size(): number | undefined {
    return this.#known?.size;
  }

  get version(): string | undefined {
    return this.#known?.version;
  }

  async read({ offset, length }: ByteRange, { signal, timing }: ReadOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const start = performance.now();
    const file = await open(this.#path).catch((cause: unknown) => {
      throw new ImageServerError(404, 'The file is no longer there, or may not be read.', { cause });
    });
    try {
      const size = await this.#confirm(file);
      if (offset >= size) {
        throw new ImageServerError(416, `Bytes from ${offset} were asked for, the file has ${size}: it is truncated.`);
      }
      const bytes = new Uint8Array(Math.min(length, size - offset));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      timing?.add('read', performance.now() - start, bytesRead);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async #confirm(file: FileHandle): Promise<number> {
    const { size, mtimeMs } = await file.stat();
    const version = `${Math.round(mtimeMs).toString(36)}-${size.toString(36)}`;
    const before = this.#known?.version;
    if (before !== undefined && before !== version) throw new SourceChangedError(this.url, before, version);
    this.#known = { size, version };
    this.lastRead = Date.now();
    return size;
  }
}
