import { register } from '../src/page/index.ts';
import { bucketUrl } from './bucket.ts';
import { catalogue } from './catalogue.ts';
import { showDetails, showView, wireCopy } from './details.ts';
import { markCurrent, showGallery } from './gallery.ts';
import { failureInWords, infoUrl } from './iiif.ts';
import { hideNotice, inWords, noticeShown, showNotice, wireNotice } from './notice.ts';
import { startPanel } from './panel.ts';
import { createViewer } from './viewer.ts';

wireNotice();
wireCopy();
start().catch((reason: unknown) => showNotice(inWords(reason)));

/** Registers the worker, then shows the images: before it controls the page nothing would answer for them. */
async function start(): Promise<void> {
  const worker = new URL('sw.js', document.baseURI);
  worker.searchParams.set('bucket', await bucketUrl());
  await register(worker);
  startPanel();
  showGallery(catalogue);

  let shown = imageOfHash();
  let explaining = false;
  const explain = async (url: string) => {
    // Tiles fail by the dozen, for one reason.
    if (explaining || noticeShown()) return;
    explaining = true;
    const asked = shown;
    const words = await failureInWords(url);
    explaining = false;
    if (words !== undefined && asked === shown) showNotice(words);
  };
  const viewer = createViewer({
    viewed: (region) => showView(shown.id, region),
    openFailed: () => explain(infoUrl(shown.id)),
    tileFailed: explain,
  });
  const open = () => {
    shown = imageOfHash();
    hideNotice();
    markCurrent(shown.id);
    showDetails(shown);
    showView(shown.id, undefined);
    viewer.open(infoUrl(shown.id), shown.title);
  };
  addEventListener('hashchange', open);
  open();
}

/** The image that the address names (`#id`), else the first. */
function imageOfHash() {
  const image = catalogue.find(({ id }) => location.hash === `#${encodeURIComponent(id)}`) ?? catalogue[0];
  if (image === undefined) throw new Error('The catalogue of the demo is empty: see demo/images/images.json.');
  return image;
}
