import OpenSeadragon from 'openseadragon';
import { readInfo } from '../openseadragon/read-info.ts';
import { usePotto } from '../openseadragon/use-potto.ts';
import type { Connection } from './connection.ts';
import { withoutInlineStyles } from './inline-styles.ts';
import { numberOf } from './json.ts';
import { downloadUrl, onImage, type Region, uprightTurn } from './view.ts';
import type { PageContent } from './work.ts';

/** How far a press on a button zooms. */
const ZOOM_STEP = 1.6;
/** Pixels a second of a finger that turns the page, when the whole page is in view. */
const SWIPE_SPEED = 400;
/** Of the zoom that shows the whole page: what is taken for the same. */
const HOME_TOLERANCE = 1.02;

export interface StageEvents {
  /** The view has come to rest. */
  readonly viewed: () => void;
  readonly progress: (part: number) => void;
  readonly tileFailed: (message: string) => void;
  readonly tileDegraded: () => void;
  /** To the next page in reading order on the right (1), or on the left (-1). */
  readonly swiped: (side: 1 | -1) => void;
}

/** OpenSeadragon with one image at a time. */
export interface Stage {
  /**
   * Resolves when the image is open.
   * @throws {Error} in the server's words.
   */
  open(content: PageContent, signal: AbortSignal): Promise<void>;
  /** Says what is seen, for those who don't. */
  describe(words: string): void;
  zoomIn(): void;
  zoomOut(): void;
  home(): void;
  fit(region: Region): void;
  rotation: number;
  /** The part of the image that is visible; undefined when none of it is. */
  readonly region: Region | undefined;
  /** URL of what is seen; undefined where there is no image service that gives it. */
  readonly download: string | undefined;
  /** Asks again for what could not be had. */
  tryAgain(): void;
  focus(): void;
  destroy(): void;
}

interface Opened {
  readonly service: string;
  readonly maxArea: number | undefined;
}

export function createStage(element: HTMLElement, connection: Connection, events: StageEvents): Stage {
  withoutInlineStyles();
  const viewer = OpenSeadragon({
    element,
    // Where there is no GPU, WebGL reads every frame back: 6 frames a second instead of 32.
    drawer: 'canvas',
    showNavigationControl: false,
    visibilityRatio: 0.5,
    maxZoomPixelRatio: 3,
    animationTime: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 0.8,
    gestureSettingsTouch: { pinchRotate: false },
    // Without a second try, a tile lost while the network was away for a moment leaves a hole for good.
    tileRetryMax: 1,
    tileRetryDelay: 1000,
  });
  let opened: Opened | undefined;
  let rotation = 0;
  const tiles = usePotto(viewer, {
    fetch: connection.fetch,
    ...(connection.prefix === '' ? {} : { within: connection.prefix }),
    onProgress: (arrived, asked) => events.progress(arrived / asked),
    onDegraded: () => events.tileDegraded(),
  });
  for (const name of ['animation-finish', 'resize', 'rotate'] as const) viewer.addHandler(name, () => events.viewed());
  viewer.addHandler('tile-load-failed', ({ message }) => events.tileFailed(message));
  viewer.addHandler('canvas-key', (event) => {
    // Their letters for flipping and for pages of its own would surprise.
    const code = event.originalEvent instanceof KeyboardEvent ? event.originalEvent.code : '';
    if (code === 'KeyF' || code === 'KeyJ' || code === 'KeyK') event.preventDefaultAction = true;
  });
  viewer.addHandler('canvas-drag-end', ({ speed, direction, pointerType }) => {
    const isWhole = viewer.viewport.getZoom() <= viewer.viewport.getHomeZoom() * HOME_TOLERANCE;
    const across = Math.cos(direction);
    if (pointerType !== 'touch' || !isWhole || speed < SWIPE_SPEED || Math.abs(across) < Math.SQRT1_2) return;
    events.swiped(across < 0 ? 1 : -1);
  });

  const item = () => (viewer.world.getItemCount() === 0 ? undefined : viewer.world.getItemAt(0));

  function zoomBy(factor: number): void {
    // Without an image there is no viewport either.
    if (item()) viewer.viewport.zoomBy(factor).applyConstraints();
  }

  async function sourceOf(content: PageContent, signal: AbortSignal): Promise<object> {
    if (content.kind === 'picture') return { type: 'image', url: content.url };
    const info = await readInfo(`${content.id}/info.json`, connection.fetch, signal);
    signal.throwIfAborted();
    const isLevel0 = JSON.stringify(info.profile ?? '').includes('level0');
    opened = isLevel0 ? undefined : { service: content.id, maxArea: numberOf(info.maxArea) };
    return info;
  }

  return {
    async open(content, signal) {
      viewer.close();
      opened = undefined;
      const tileSource = await sourceOf(content, signal);
      await new Promise<void>((resolve, reject) => {
        viewer.addOnceHandler('open', () => resolve());
        viewer.addOnceHandler('open-failed', ({ message }) => reject(new Error(message)));
        viewer.open({ tileSource });
      });
      viewer.viewport.setRotation(rotation, true);
    },
    describe(words) {
      viewer.canvas.setAttribute('role', 'application');
      viewer.canvas.setAttribute('aria-label', words);
    },
    zoomIn: () => zoomBy(ZOOM_STEP),
    zoomOut: () => zoomBy(1 / ZOOM_STEP),
    home: () => {
      if (item()) viewer.viewport.goHome();
    },
    fit({ x, y, width, height }) {
      const bounds = item()?.imageToViewportRectangle(x, y, width, height);
      if (bounds) viewer.viewport.fitBounds(bounds, true);
    },
    get rotation() {
      return rotation;
    },
    set rotation(degrees) {
      rotation = degrees;
      if (item()) viewer.viewport.setRotation(degrees);
    },
    get region() {
      const image = item();
      if (!image) return undefined;
      const { x, y } = image.getContentSize();
      const seen = image.viewportToImageRectangle(viewer.viewport.getBounds().getBoundingBox());
      return onImage(seen, { width: x, height: y });
    },
    get download() {
      const { region } = this;
      return opened && region && downloadUrl(opened.service, region, uprightTurn(rotation), opened.maxArea);
    },
    tryAgain: () => item()?.reset(),
    focus: () => viewer.canvas.focus({ preventScroll: true }),
    destroy() {
      tiles.detach();
      viewer.destroy();
      element.replaceChildren();
    },
  };
}
