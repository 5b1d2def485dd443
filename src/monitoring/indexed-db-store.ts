import { type DBSchema, openDB } from 'idb';
import type { MonitorState, MonitorStore } from './store.ts';

interface Schema extends DBSchema {
  states: { key: string; value: MonitorState };
}

/** Changes whenever the shape of the state does: counting then begins anew. */
const SCHEMA_VERSION = 2;
const CURRENT = 'current';

/** In a database of its own, opened for each write: they are seconds apart. */
export function indexedDbMonitorStore(name: string): MonitorStore {
  return {
    async update(change) {
      const database = await openDB<Schema>(name, SCHEMA_VERSION, {
        upgrade(upgraded) {
          for (const store of upgraded.objectStoreNames) upgraded.deleteObjectStore(store);
          upgraded.createObjectStore('states');
        },
      });
      try {
        const { store, done } = database.transaction('states', 'readwrite', { durability: 'relaxed' });
        const state = change(await store.get(CURRENT));
        await Promise.all([store.put(state, CURRENT), done]);
        return state;
      } finally {
        database.close();
      }
    },
  };
}
