import OpenSeadragon from 'openseadragon';
import { element } from './elements.ts';
import type { Region } from './iiif.ts';

/** Marked in the page's timeline when the first tile of an image is drawn. */
const FIRST_TILE = 'first tile';

/** How far a click on a button zooms. */
const ZOOM_STEP = 1.6;

export interface ViewerEvents {
  /** The part of the image that is visible, whenever it has come to rest. */
  readonly viewed: (region: Region) => void;
  /** The description of the image could not be read. */
  readonly openFailed: () => void;
  /** A tile could not be read. */
  readonly tileFailed: (url: string) => void;
  /** A tile was made from a coarser one, because its source can't be reached. */
  readonly tileDegraded: () => void;
  /** All of what is seen is there, as sharp as it gets. */
  readonly complete?: () => void;
  /** Called with the viewer before any image is opened. */
  readonly made?: (viewer: OpenSeadragon.Viewer) => void;
}

export interface Viewer {
  /** Shows the image with this info.json (its address or content), or a region of it; `label` is what a screen reader says of it. */
  open(info: string | object, label: string, region?: Region): void;
  /** Asks again for what could not be read. */
  tryAgain(): void;
  /** Shows nothing. */
  close(): void;
}

/** OpenSeadragon in the page's stage, worked by the page's own buttons. */
export function createViewer(events: ViewerEvents): Viewer {
  withoutInlineStyles();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const viewer = OpenSeadragon({
    element: element('canvas', HTMLElement),
    // Where there is no GPU, WebGL reads every frame back: 6 frames a second instead of 32.
    drawer: 'canvas',
    showNavigationControl: false,
    visibilityRatio: 0.5,
    maxZoomPixelRatio: 3,
    animationTime: calm ? 0 : 0.8,
    // Without a second try, a tile lost while the network was away for a moment leaves a hole for good.
    tileRetryMax: 1,
    tileRetryDelay: 1000,
  });
  events.made?.(viewer);
  const report = () => {
    const region = visibleRegion(viewer);
    if (region) events.viewed(region);
  };
  viewer.addHandler('open', report);
  viewer.addHandler('open', () => viewer.addOnceHandler('tile-drawn', () => performance.mark(FIRST_TILE)));
  viewer.addHandler('open', () => {
    viewer.world.getItemAt(0).addHandler('fully-loaded-change', ({ fullyLoaded }) => {
      if (fullyLoaded) events.complete?.();
    });
  });
  viewer.addHandler('animation-finish', report);
  viewer.addHandler('resize', report);
  viewer.addHandler('open-failed', () => events.openFailed());
  const lost = new Set<OpenSeadragon.Tile>();
  viewer.addHandler('tile-load-failed', ({ tile }) => {
    lost.add(tile);
    events.tileFailed(tile.getUrl());
  });
  let degraded = false;
  new PerformanceObserver((list) => {
    const entries = list.getEntries().filter((entry) => entry instanceof PerformanceResourceTiming);
    if (!entries.some(({ serverTiming }) => serverTiming.some(({ name }) => name === 'degraded'))) return;
    degraded = true;
    events.tileDegraded();
  }).observe({ type: 'resource' });
  wireButtons(viewer);
  let shown: string | object = '';
  let wanted: Region | undefined;
  viewer.addHandler('open', () => {
    if (wanted) showRegion(viewer, wanted);
    wanted = undefined;
  });
  return {
    tryAgain() {
      for (const tile of lost) tile.exists = true;
      lost.clear();
      const item = viewer.world.getItemCount() === 0 ? undefined : viewer.world.getItemAt(0);
      // Setting the clip it has makes an image that takes itself for complete look for its tiles again.
      if (item && !degraded) item.setClip(item.getClip());
      else if (item) openAgain(viewer, shown);
      else viewer.open({ tileSource: shown });
      degraded = false;
    },
    open(info, label, region) {
      shown = info;
      wanted = region;
      lost.clear();
      viewer.canvas.setAttribute('role', 'application');
      viewer.canvas.setAttribute('aria-label', `${label}. Plus and minus zoom, the arrow keys move the image.`);
      viewer.open({ tileSource: info });
    },
    close() {
      viewer.close();
    },
  };
}

/**
 * Opens the image anew where it is seen, and asks for its tiles under other addresses: browsers show a page a picture of
 * the same address again without asking for it.
 */
function openAgain(viewer: OpenSeadragon.Viewer, tileSource: string | object): void {
  const bounds = viewer.viewport.getBounds(true);
  viewer.addOnceHandler('open', () => {
    const { source } = viewer.world.getItemAt(0);
    const getTileUrl = source.getTileUrl.bind(source);
    const time = Date.now();
    source.getTileUrl = (level, x, y) => `${getTileUrl(level, x, y)}?again=${time}`;
    viewer.viewport.fitBounds(bounds, true);
  });
  viewer.open({ tileSource });
}

function showRegion(viewer: OpenSeadragon.Viewer, { x, y, width, height }: Region): void {
  const item = viewer.world.getItemAt(0);
  viewer.viewport.fitBounds(item.imageToViewportRectangle(x, y, width, height), true);
}

function wireButtons(viewer: OpenSeadragon.Viewer): void {
  const { viewport } = viewer;
  const onClick = (id: string, act: () => void) => element(id, HTMLButtonElement).addEventListener('click', act);
  const zoom = (factor: number) => () => viewport.zoomBy(factor).applyConstraints();
  onClick('zoom-in', zoom(ZOOM_STEP));
  onClick('zoom-out', zoom(1 / ZOOM_STEP));
  onClick('whole', () => viewport.goHome());
  // A page that fills the screen as a whole has no such button.
  if (!document.getElementById('full-screen')) return;
  element('full-screen', HTMLButtonElement).hidden = !document.fullscreenEnabled;
  onClick('full-screen', () => {
    // A refusal (a frame without permission) leaves the page as it is, which is all there is to say of it.
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : element('stage', HTMLElement).requestFullscreen();
    change.catch(() => undefined);
  });
}

/** The visible part in whole pixels of the full image; undefined when none of it is. */
function visibleRegion(viewer: OpenSeadragon.Viewer): Region | undefined {
  if (viewer.world.getItemCount() === 0) return undefined;
  const item = viewer.world.getItemAt(0);
  const bounds = item.viewportToImageRectangle(viewer.viewport.getBounds());
  const size = item.getContentSize();
  const x = Math.max(0, Math.floor(bounds.x));
  const y = Math.max(0, Math.floor(bounds.y));
  const width = Math.min(size.x, Math.ceil(bounds.x + bounds.width)) - x;
  const height = Math.min(size.y, Math.ceil(bounds.y + bounds.height)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/**
 * OpenSeadragon adds a `<style>` for touch screens, which a strict Content-Security-Policy refuses, unless it finds one
 * with its mark. An element of no namespace matches its search and, being no HTML, is no style sheet to refuse.
 */
function withoutInlineStyles(): void {
  const mark = document.createElementNS(null, 'style');
  mark.setAttribute('data-openseadragon-mobile-css', '');
  document.head.append(mark);
}
