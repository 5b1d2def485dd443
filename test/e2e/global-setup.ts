import { findBrowser } from '../browser/find-browser.ts';
import { startBackingStore } from './store/backing.ts';
import { buckets } from './store/buckets.ts';
import { offerControl } from './store/control.ts';

/** Once for the suite: a browser is found and the store is started. What is returned ends them. */
export default async function setUp(): Promise<() => Promise<void>> {
  process.env.CHROME_PATH = findBrowser();
  const store = await startBackingStore(await buckets());
  console.log(`Browser: ${process.env.CHROME_PATH}\nS3 store: ${store.name}`);
  const control = await offerControl(store);
  return async () => {
    await control.close();
    await store.stop();
  };
}
