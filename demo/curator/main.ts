import type { PackDownload } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { startWorker } from '../start-worker.ts';
import { startChoosing } from './choosing.ts';
import { startOwnFiles } from './own-files.ts';
import { createPackList } from './pack-list.ts';
import { trying } from './parts.ts';
import { showStorage, wireStorage } from './storage.ts';

const problem = element('page-problem', HTMLElement);

// A file that misses its place must not take the page's.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
void trying(problem, start).then(showDesk);

async function start(): Promise<void> {
  await startWorker();
  wireStorage();
  let measureAll: () => Promise<void> = async () => undefined;
  const list = createPackList(() => {
    void trying(problem, async () => {
      await showStorage();
      await measureAll();
    });
  });
  const begun = (download: PackDownload) => void trying(problem, () => list.follow(download));
  measureAll = startChoosing(begun);
  showDesk();
  await list.start();
  await startOwnFiles(begun);
}

function showDesk(): void {
  element('desk', HTMLElement).hidden = false;
}
