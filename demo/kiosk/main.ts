import { packs, register, resumePacks } from '../../src/page/index.ts';
import { bucketUrl } from '../bucket.ts';
import { element } from '../elements.ts';
import { inWords, noticeShown, showNotice, wireNotice } from '../notice.ts';
import { siteUrl } from '../site-url.ts';
import { createCloser } from './closer.ts';
import { fillScreen, forgetDeclined, wireFullScreen } from './full-screen.ts';
import { pressFor } from './keys.ts';
import { readSettings } from './settings.ts';
import { focusWork, moveFocus, showThumbnailsAgain, showWorks } from './shelf.ts';
import { watchIdle } from './still-there.ts';
import { type Work, worksOnShow } from './works.ts';

const NOT_YET = 'The works can’t be shown yet.';

const settings = readSettings(location.search);
const closer = createCloser();
let works: readonly Work[] = [];
let isRenewed = false;

if (settings.title !== undefined) element('heading', HTMLElement).textContent = settings.title;
wireNotice();
wireFullScreen();
wireKeys();
for (const way of ['contextmenu', 'dragstart', 'drop', 'dragover']) {
  addEventListener(way, (event) => event.preventDefault());
}
element('back', HTMLButtonElement).addEventListener('click', goBack);
element('next', HTMLButtonElement).addEventListener('click', () => closer.turn(1));
element('previous', HTMLButtonElement).addEventListener('click', () => closer.turn(-1));
watchIdle({ seconds: settings.idle, isAway: () => closer.isOpen || noticeShown(), reset: () => void startAgain() });
start().catch((reason: unknown) => {
  showNotice(NOT_YET, () => location.reload());
  element('notice-reason', HTMLElement).textContent = `For the staff: ${inWords(reason)}`;
});

async function start(): Promise<void> {
  await registerWorker();
  await showStart();
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    isRenewed = true;
  });
  addEventListener('online', () => {
    showThumbnailsAgain();
    if (closer.isOpen) closer.tryAgain();
  });
  if (works.some(({ isHere }) => !isHere)) await resumePacks();
}

/** A kiosk that has all of its works asks nobody for anything, nor where the bucket is. */
async function registerWorker(): Promise<void> {
  const known = navigator.serviceWorker?.controller?.scriptURL;
  if (known !== undefined && (await findWorks()).every(({ isHere }) => isHere)) {
    await register(known);
    return;
  }
  const worker = new URL('sw.js', siteUrl);
  worker.searchParams.set('bucket', await bucketUrl());
  await register(worker);
}

/** A browser whose packs can't be read shows the works without them. */
async function findWorks(): Promise<readonly Work[]> {
  return worksOnShow(await packs().catch(() => []), settings.works);
}

/** Shows the works as they are by now; a single one is opened at once. */
async function showStart(): Promise<void> {
  const found = await findWorks();
  if (JSON.stringify(found) !== JSON.stringify(works)) {
    works = found;
    await showWorks(works, choose);
  } else {
    showThumbnailsAgain();
  }
  if (works.length === 1) closer.open(works, 0);
}

function choose(index: number): void {
  fillScreen();
  closer.open(works, index);
}

function goBack(): void {
  closer.close();
  focusWork(closer.work);
}

/** As if nobody had been here. */
async function startAgain(): Promise<void> {
  if (isRenewed) {
    location.reload();
    return;
  }
  closer.close();
  scrollTo({ top: 0, behavior: 'instant' });
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  forgetDeclined();
  await showStart();
}

function wireKeys(): void {
  addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const isQuestion = !element('still-there', HTMLElement).hidden;
      const isTaken = !isQuestion && (closer.isOpen ? pressFor(event) : moveFocus(event.key));
      if (!isTaken) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
