import OpenSeadragon from 'openseadragon';
import { register } from '../../page/register.ts';
import { asked, infoUrl, pageUrl, readWork } from './documents.ts';
import { element, started, tell, wordsOf } from './dom.ts';

const ZOOM_STEP = 1.6;

started();
const { slug, page: number } = asked();

try {
  const { title, pages } = await readWork(slug);
  const index = Math.min(number, pages.length) - 1;
  const page = pages[index];
  if (!page) throw new Error('This work has no pages.');
  const label = pages.length > 1 ? `${title}, ${page.label}` : title;
  document.title = label;
  element('title', HTMLElement).textContent = label;
  element('back', HTMLAnchorElement).href = pageUrl('work', slug, index + 1);
  lead('previous', index > 0 ? index : undefined);
  lead('next', index + 1 < pages.length ? index + 2 : undefined);
  await register();
  open(infoUrl(page.identifier), label);
} catch (problem) {
  tell(problem);
}

/** Leads a link to a page, or hides it. */
function lead(id: string, to: number | undefined): void {
  const link = element(id, HTMLAnchorElement);
  link.hidden = to === undefined;
  if (to !== undefined) link.href = pageUrl('zoom', slug, to);
}

function open(tileSource: string, label: string): void {
  withoutInlineStyles();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const viewer = OpenSeadragon({
    element: element('canvas', HTMLElement),
    // Where there is no GPU, WebGL reads every frame back.
    drawer: 'canvas',
    showNavigationControl: false,
    visibilityRatio: 0.5,
    maxZoomPixelRatio: 3,
    animationTime: calm ? 0 : 0.8,
    tileRetryMax: 1,
    tileRetryDelay: 1000,
  });
  viewer.canvas.setAttribute('role', 'application');
  viewer.canvas.setAttribute('aria-label', `${label}. Plus and minus zoom, the arrow keys move the image.`);
  viewer.addHandler('tile-drawn', () => document.documentElement.setAttribute('data-drawn', ''));
  let isTold = false;
  viewer.addHandler('tile-load-failed', ({ tile }) => {
    if (isTold) return;
    isTold = true;
    void wordsOf(tile.getUrl()).then(tell);
  });
  viewer.addHandler('open-failed', () => void wordsOf(tileSource).then(tell));
  const onClick = (id: string, act: () => void) => element(id, HTMLButtonElement).addEventListener('click', act);
  onClick('zoom-in', () => viewer.viewport.zoomBy(ZOOM_STEP).applyConstraints());
  onClick('zoom-out', () => viewer.viewport.zoomBy(1 / ZOOM_STEP).applyConstraints());
  onClick('whole', () => viewer.viewport.goHome());
  element('full-screen', HTMLButtonElement).hidden = !document.fullscreenEnabled;
  onClick('full-screen', () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
    // A refusal (a frame without permission) leaves the page as it is, which is all there is to say of it.
    change.catch(() => undefined);
  });
  viewer.open({ tileSource });
}

/**
 * OpenSeadragon adds a `<style>` for touch screens, which the page's policy refuses, unless it finds one with its mark. An
 * element of no namespace matches its search and, being no HTML, is no style sheet to refuse.
 */
function withoutInlineStyles(): void {
  const mark = document.createElementNS(null, 'style');
  mark.setAttribute('data-openseadragon-mobile-css', '');
  document.head.append(mark);
}
