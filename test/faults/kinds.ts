import { ImageServerError } from '../../src/errors.ts';
import type { PackDesk } from '../../src/packs/desk.ts';
import { PackDownload } from '../../src/packs/download.ts';
import { LeftAloneError } from '../../src/source/failures.ts';
import { WHOLE_OBJECT_LIMIT } from '../../src/source/http-options.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { cog, libvipsPyramid } from '../server/files.ts';
import type { StoredObject } from './fault-server.ts';
import type { Reader } from './reader.ts';

/** What a read came to. */
export interface Result {
  readonly status: number;
  readonly bytes: Uint8Array;
  /** In words, where it is an error. */
  readonly words: string;
  readonly headers: Headers;
  /** Whether it was answered from what was kept. */
  readonly isHit: boolean;
}

/** A kind of read: what is known before, and what is asked. */
export interface Kind {
  readonly name: string;
  /** Identifier of its object. */
  readonly object: string;
  /** Asked before the fault begins. */
  prepare(reader: Reader): Promise<void>;
  /** Requests that are answered well before the fault begins. */
  readonly spared: number;
  read(reader: Reader): Promise<Result>;
}

async function resultOf(response: Response): Promise<Result> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  const isHit = (headers.get('server-timing') ?? '').includes('hit');
  return { status, bytes, words: status < 400 ? '' : new TextDecoder().decode(bytes), headers, isHit };
}

function asking(name: string, object: string, path: string, { spared = 0, known = true } = {}): Kind {
  return {
    name,
    object,
    spared,
    async prepare(reader) {
      if (known) await reader.ask(`${object}/info.json`);
    },
    read: async (reader) => resultOf(await reader.ask(`${object}/${path}`)),
  };
}

/** Fetches a pack without waiting between attempts, and tells what it was given up with. */
const pack: Kind = {
  name: 'pack',
  object: 'tiles.tif',
  spared: 0,
  async prepare({ keeper: { desk } }) {
    const work = await desk.measure({ identifier: 'tiles.tif', content: 'source' });
    await desk.begin({ id: 'pack', label: 'pack', works: [work], documents: [], foreign: [] });
  },
  async read({ keeper: { desk, finder } }) {
    let status = 0;
    const headers = new Headers();
    const noting: PackDesk = {
      ...desk,
      read: (ask) =>
        desk.read(ask).catch((cause: unknown) => {
          // What it is given up with when it is left alone is what it was left alone for.
          if (cause instanceof ImageServerError && !(cause instanceof LeftAloneError)) status = cause.status;
          throw cause;
        }),
    };
    const { isComplete, works } = await new PackDownload(noting, 'pack', { wait: async () => undefined }).done;
    const [{ problem = '', held = 0 } = {}] = works;
    if (!isComplete) return { status, bytes: new Uint8Array(0), words: problem, headers, isHit: false };
    const source = (await finder.find('tiles.tif'))?.open();
    const bytes = (await source?.read({ offset: 0, length: held })) ?? new Uint8Array(0);
    return { status: 200, bytes, words: '', headers, isHit: status === 0 };
  },
};

export const KINDS: readonly Kind[] = [
  asking('header', 'tiles.tif', 'info.json', { known: false }),
  asking('index', 'pyramid.tif', 'info.json', { known: false, spared: 1 }),
  asking('tile', 'tiles.tif', '256,256,256,256/256,256/0/default.jpg'),
  asking('plain', 'plain.jpg', '0,0,512,512/512,512/0/default.jpg'),
  pack,
];

/** Too long to be taken as a whole in place of a range. */
function long(file: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(file.length + WHOLE_OBJECT_LIMIT);
  bytes.set(file);
  return bytes;
}

/** The objects by path, each with another version of it. */
export async function objects(): Promise<ReadonlyMap<string, StoredObject>> {
  const versions = (bytes: Uint8Array, other: Uint8Array): StoredObject => ({
    bytes,
    etag: 'one',
    other: { bytes: other, etag: 'two' },
  });
  const jpeg = async (quality: number) =>
    sharpOf(picture(1300, 900, 3))
      .jpeg({ quality })
      .toBuffer();
  return new Map([
    ['/tiles.tif', versions(long(await cog('red')), long(await cog('blue')))],
    ['/pyramid.tif', versions(await libvipsPyramid(2000, 1500), await libvipsPyramid(2000, 1400))],
    ['/plain.jpg', versions(await jpeg(90), await jpeg(70))],
  ]);
}
