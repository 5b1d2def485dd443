import { element, link } from '../elements.ts';
import type { Exhibit } from '../exhibits.ts';
import { failureInWords, imageService, infoUrl, manifestUrl } from '../iiif.ts';
import { inWords } from '../notice.ts';
import { hashOfRegion } from '../region-hash.ts';
import { siteUrl } from '../site-url.ts';
import { startWorker } from '../start-worker.ts';
import { showCitation, wireCopy } from './citation.ts';
import { showDownloads } from './downloads.ts';
import { showWhere } from './where.ts';
import { type Work, workAt } from './work.ts';

/** How wide the picture is shown, as the style sheet has it. */
const SHOWN = '(width >= 84rem) 50rem, (width >= 60rem) 60vw, 92vw';

let isServed = false;

wireCopy();
show();
addEventListener('hashchange', show);
start().catch(showProblem);

async function start(): Promise<void> {
  await startWorker();
  isServed = true;
  show();
  addEventListener('online', show);
}

/** What is known without the worker is there at once; pictures follow when it answers. */
function show(): void {
  const work = workAt(location.hash);
  const { image, region, title, shape } = work;
  document.title = `${title} · Potto`;
  element('title', HTMLElement).textContent = title;
  element('author', HTMLElement).textContent = image.author;
  element('licence', HTMLElement).replaceChildren(link(image.licence.name, image.licence.url));
  element('stored', HTMLElement).textContent = image.stored;
  element('size', HTMLElement).textContent = `${shape.width} × ${shape.height} pixels`;
  element('iiif', HTMLElement).replaceChildren(
    link('manifest.json', manifestUrl(image.id)),
    link('info.json', infoUrl(image.id)),
  );
  const zoom = new URL(hashOfRegion(image.id, region), siteUrl).href;
  element('look', HTMLElement).replaceChildren(
    Object.assign(anchor('Zoom in', zoom), { className: 'main' }),
    ...(region ? [ofWhole(image)] : []),
  );
  element('of-fact', HTMLElement).hidden = region === undefined;
  element('of', HTMLElement).replaceChildren(anchor(image.title, hashOfRegion(image.id, undefined)));
  showPicture(work, zoom);
  showWhere(work, isServed);
  showDownloads(work);
  showCitation(work);
  element('work', HTMLElement).hidden = false;
}

function ofWhole({ id }: Exhibit): HTMLAnchorElement {
  return anchor('See the whole picture', hashOfRegion(id, undefined));
}

function showPicture({ image, region, title, shape }: Work, zoom: string): void {
  const picture = element('picture', HTMLImageElement);
  element('frame', HTMLAnchorElement).href = zoom;
  element('caption', HTMLElement).textContent = region ? `${title}, a detail of “${image.title}”` : title;
  picture.alt = `Zoom into “${title}”`;
  picture.width = shape.width;
  picture.height = shape.height;
  if (!isServed) return;
  picture.onerror = () => void explain(image.id);
  picture.onload = () => showProblem(undefined);
  picture.sizes = SHOWN;
  picture.srcset = shape.sizes.map((size) => `${size.url('jpg')} ${size.width}w`).join(', ');
  picture.src = `${imageService(image.id)}/${shape.box}/!1200,1200/0/default.jpg`;
}

async function explain(id: string): Promise<void> {
  showProblem(await failureInWords(infoUrl(id)));
}

function anchor(text: string, href: string): HTMLAnchorElement {
  return Object.assign(document.createElement('a'), { textContent: text, href });
}

function showProblem(reason: unknown): void {
  const problem = element('problem', HTMLElement);
  problem.hidden = reason === undefined;
  problem.textContent = inWords(reason ?? '');
}
