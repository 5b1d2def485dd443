import { showDetails, showView, wireCopy } from './details.ts';
import { type Exhibit, exhibitAt, photographs } from './exhibits.ts';
import { markCurrent, showGallery, showThumbnails } from './gallery.ts';
import { failureInWords, infoUrl } from './iiif.ts';
import { hideNotice, inWords, noticeShown, showNotice, wireNotice } from './notice.ts';
import { startPanel } from './panel.ts';
import { regionOfHash } from './region-hash.ts';
import { startWorker } from './start-worker.ts';
import { createViewer } from './viewer.ts';

const LESS_SHARP = 'Parts of this image are shown less sharp than they are: its source could not be reached.';

wireNotice();
wireCopy();
showGallery();
showImage(imageOfHash());
start().catch((reason: unknown) => showNotice(inWords(reason)));

/** Registers the worker, then shows the images: before it controls the page nothing would answer for them. */
async function start(): Promise<void> {
  await startWorker();
  await startPanel();
  showThumbnails();

  let shown = imageOfHash();
  let explaining = false;
  const explain = async (what: string, url: string) => {
    // Tiles fail by the dozen, for one reason.
    if (explaining || noticeShown()) return;
    explaining = true;
    const asked = shown;
    const words = await failureInWords(url);
    explaining = false;
    if (words !== undefined && asked === shown) showNotice(`${what} ${words}`, tryAgain);
  };
  const viewer = createViewer({
    viewed: (region) => showView(shown.id, region),
    openFailed: () => explain("This image can't be opened.", infoUrl(shown.id)),
    tileDegraded: () => {
      if (!noticeShown()) showNotice(LESS_SHARP, tryAgain);
    },
    tileFailed: (url) => explain('Parts of this image are missing.', url),
  });
  const open = () => {
    shown = imageOfHash();
    hideNotice();
    showImage(shown);
    viewer.open(infoUrl(shown.id), shown.title, regionOfHash(location.hash));
  };
  addEventListener('hashchange', open);
  const tryAgain = () => {
    hideNotice();
    showThumbnails();
    viewer.tryAgain();
  };
  addEventListener('online', tryAgain);
  open();
}

/** Everything about the image that the page knows by itself. */
function showImage(image: Exhibit): void {
  markCurrent(image);
  showDetails(image);
  showView(image.id, undefined);
}

/** The image that the address names (`#id`), else the first. */
function imageOfHash(): Exhibit {
  const image = exhibitAt(location.hash) ?? photographs[0];
  if (image === undefined) throw new Error('The catalogue of the demo is empty: see demo/images/images.json.');
  return image;
}
