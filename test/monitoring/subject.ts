import { afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { ImageServerOptions } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { libvipsPyramid } from '../server/files.ts';
import { type RangeServer, startRangeServer } from '../source/range-server.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** For each test of a file: a store, a webhook, and servers over them, on a clock of the test's. */
export function monitored() {
  let file: Uint8Array;
  let store: RangeServer;
  let receiver: Receiver;
  beforeAll(async () => {
    file = await libvipsPyramid(600, 400);
  });
  beforeEach(async () => {
    store = await startRangeServer(file);
    receiver = await startReceiver();
    // What really takes time, the network, takes it.
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 20 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await store.close();
    await receiver.close();
  });

  return {
    get store() {
      return store;
    },
    get receiver() {
      return receiver;
    },
    start(options: Partial<ImageServerOptions> = {}) {
      const server = createImageServer({
        sources: { scans: `${store.origin}/{id}.tif` },
        wasm: loadWasm,
        ...options,
      });
      const ask = (path: string, init?: RequestInit) =>
        server.fetch(new Request(`https://potto.example/iiif/${path}`, init));
      return {
        ...server,
        ask,
        status: () => server.monitor.status(),
        /** Lets what was counted be kept, and alarms be sent. */
        async settle() {
          const settled = server.monitor.settled();
          await vi.advanceTimersByTimeAsync(6000);
          await settled;
        },
      };
    },
  };
}
