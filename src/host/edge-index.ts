import type { IndexRecord, IndexStore } from '../cache/index-store.ts';

/** Images whose index is kept: each may hold some megabytes, and an isolate has 128 in all. */
export const INDEXES_KEPT = 32;

/** The indexes of the images that were used last, in memory, for all requests of an isolate. */
export function memoryIndex<Structure>(kept = INDEXES_KEPT): IndexStore<Structure> {
  /** In the order of their last use. */
  const records = new Map<string, IndexRecord<Structure>>();
  const use = (url: string, record: IndexRecord<Structure>) => {
    records.delete(url);
    records.set(url, record);
    const [oldest] = records.keys();
    if (records.size > kept && oldest !== undefined) records.delete(oldest);
  };
  return {
    async get(url) {
      const record = records.get(url);
      if (record) use(url, record);
      return record;
    },
    put: async (url, record) => use(url, record),
    delete: async (url) => void records.delete(url),
    clear: async () => records.clear(),
  };
}
