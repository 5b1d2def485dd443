import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { openCors } from '../e2e/store/buckets.ts';
import { openDoor } from '../e2e/store/door.ts';
import type { StoredImage } from './images.ts';

/** A store whose bytes are counted, and that can be cut off. */
export interface CountedStore {
  /** Where its images are, with `{id}`. */
  readonly sources: string;
  /** Begins the address of each of its objects. */
  readonly url: string;
  /** Bytes that it sent so far. */
  readonly bytes: number;
  /** Nothing listens at its address any more, and what was on its way is cut off. */
  cut(): Promise<void>;
  /** It is there again. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

const BUCKET = 'scans';

export async function startCountedStore(images: readonly StoredImage[]): Promise<CountedStore> {
  const objects = new Map(images.map(({ identifier, bytes }) => [`${identifier}.tif`, bytes]));
  const store = await startStore({
    buckets: [{ name: BUCKET, objects, cors: [openCors], policy: publicReadPolicy(BUCKET) }],
  });
  const door = await openDoor(() => store.port);
  return {
    sources: `${door.url}/${BUCKET}/{id}.tif`,
    url: `${door.url}/`,
    get bytes() {
      return door.requests.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    cut: door.close,
    mend: door.reopen,
    async close() {
      await door.close();
      await store.close();
    },
  };
}
