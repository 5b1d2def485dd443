import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An object that is ready to be read. */
export interface StoredObject {
  readonly size: number;
  /** With its quotes: the MD5 of the bytes. */
  readonly etag: string;
  readonly modified: Date;
  readonly contentType: string;
  open(span: { readonly start: number; readonly end: number }): Readable;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.jp2': 'image/jp2',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.webp': 'image/webp',
};

/** What S3 takes when nobody said what an object is. */
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** The objects of one bucket: files of a folder, if there is one, and bytes in memory, which come first. */
export class Objects {
  readonly #folder: string | undefined;
  readonly #inMemory = new Map<string, StoredObject>();
  readonly #fileTags = new Map<string, { readonly state: string; readonly etag: Promise<string> }>();

  constructor(objects: string | ReadonlyMap<string, Uint8Array>) {
    this.#folder = typeof objects === 'string' ? objects : undefined;
    if (typeof objects !== 'string') for (const [key, bytes] of objects) this.set(key, bytes);
  }

  set(key: string, bytes: Uint8Array, contentType = contentTypeOf(key)): void {
    this.#inMemory.set(key, {
      size: bytes.length,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      modified: new Date(),
      contentType,
      open: ({ start, end }) => Readable.from([bytes.subarray(start, end)]),
    });
  }

  /** Removes an object in memory; files are never touched. */
  delete(key: string): void {
    this.#inMemory.delete(key);
  }

  async find(key: string): Promise<StoredObject | undefined> {
    return this.#inMemory.get(key) ?? (await this.#findFile(key));
  }

  async #findFile(key: string): Promise<StoredObject | undefined> {
    const path = await this.#pathOf(key);
    if (path === undefined) return undefined;
    const { size, mtime, mtimeMs } = await stat(path);
    return {
      size,
      etag: await this.#fileTag(path, `${size} ${mtimeMs}`),
      modified: mtime,
      contentType: contentTypeOf(key),
      open: ({ start, end }) => (start < end ? createReadStream(path, { start, end: end - 1 }) : Readable.from([])),
    };
  }

  /** The file of a key; undefined where there is none, or where it would lie outside of the folder. */
  async #pathOf(key: string): Promise<string | undefined> {
    const strange = key.includes('\0') || key.includes('\\') || key.split('/').some((part) => /^\.{0,2}$/.test(part));
    if (this.#folder === undefined || strange) return undefined;
    try {
      const root = await realpath(this.#folder);
      const path = await realpath(join(root, key));
      return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : undefined;
    } catch {
      return undefined;
    }
  }

  #fileTag(path: string, state: string): Promise<string> {
    const known = this.#fileTags.get(path);
    if (known?.state === state) return known.etag;
    const etag = md5OfFile(path).then((digest) => `"${digest}"`);
    etag.catch(() => this.#fileTags.delete(path));
    this.#fileTags.set(path, { state, etag });
    return etag;
  }
}

async function md5OfFile(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function contentTypeOf(key: string): string {
  return CONTENT_TYPES[extname(key).toLowerCase()] ?? DEFAULT_CONTENT_TYPE;
}
