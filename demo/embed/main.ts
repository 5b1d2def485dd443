import { PottoViewerElement } from '../../src/viewer/index.ts';
import { bucketUrl } from '../bucket.ts';
import { element } from '../elements.ts';
import { photographs } from '../exhibits.ts';
import { infoUrl } from '../iiif.ts';
import { siteUrl } from '../site-url.ts';
import { listenToParent, tellParent } from './parent.ts';
import { hashOf, type Place, placeAt } from './place.ts';
import { snippetFor } from './snippet.ts';

const viewer = element('viewer', PottoViewerElement);
const snippet = element('snippet', HTMLTextAreaElement);

wireCopy();
await start();

async function start(): Promise<void> {
  const worker = new URL('sw.js', siteUrl);
  // A site of one's own has its addresses in sw.js itself; the demo's bucket is known when it is started.
  worker.searchParams.set('bucket', await bucketUrl());
  viewer.worker = worker.href;
  show(placeAt(location.hash));
  addEventListener('hashchange', () => show(placeAt(location.hash)));
  listenToParent(show);
  viewer.addEventListener('potto-view', ({ detail }) => {
    const place = { src: srcNow(), ...detail };
    // Without an entry in the history for each movement.
    history.replaceState(null, '', hashOf(place));
    snippet.value = snippetFor(location.href, title());
    tellParent({ potto: 'view', ...place });
  });
  viewer.addEventListener('potto-open', ({ detail }) => tellParent({ potto: 'open', ...detail }));
  viewer.addEventListener('potto-error', ({ detail }) => tellParent({ potto: 'error', ...detail }));
}

/** As the address has it: an identifier of the demo, or a URL. */
function srcNow(): string {
  return viewer.dataset.src ?? '';
}

function show(place: Partial<Place>): void {
  const { src = srcNow() || (photographs[0]?.id ?? '') } = place;
  const isOther = src !== srcNow();
  viewer.dataset.src = src;
  const isUrl = /^https?:/.test(src);
  // What was of another image isn't meant for this one.
  const wanted = {
    page: isOther ? 1 : undefined,
    rotation: isOther ? 0 : undefined,
    xywh: isOther ? '' : undefined,
    ...place,
  };
  const address = isUrl ? src : infoUrl(src);
  if (viewer.src !== address) viewer.src = address;
  if (wanted.page !== undefined) viewer.page = wanted.page;
  if (wanted.rotation !== undefined) viewer.rotation = wanted.rotation;
  if (wanted.xywh !== undefined) viewer.xywh = wanted.xywh;
  element('title', HTMLElement).textContent = title();
}

function title(): string {
  return photographs.find(({ id }) => id === srcNow())?.title ?? 'Embedded image';
}

function wireCopy(): void {
  element('copy', HTMLButtonElement).addEventListener('click', () => {
    const done = element('copied', HTMLElement);
    snippet.select();
    // Where a frame may not use the clipboard, the selected text waits for the reader's own keys.
    navigator.clipboard.writeText(snippet.value).then(
      () => {
        done.textContent = 'Copied.';
      },
      () => {
        done.textContent = 'Press Ctrl+C (⌘C) to copy it.';
      },
    );
  });
}
