import OpenSeadragon from 'openseadragon';
import { readInfo } from '../openseadragon/read-info.ts';
import { usePotto } from '../openseadragon/use-potto.ts';
import type { Connection } from './connection.ts';
import type { Download } from './download.ts';
import { withoutInlineStyles } from './inline-styles.ts';
import { type Json, numberOf } from './json.ts';
import { type DownloadLimits, downloadName, downloadUrl, onImage, type Region, wholeTurn } from './view.ts';
import type { CanvasContent, ImageContent, PageContent } from './work.ts';

/** How far a press on a button zooms. */
const ZOOM_STEP = 1.6;
/** Pixels a second of a finger that turns the page, when the whole page is in view. */
const SWIPE_SPEED = 400;
/** Of the zoom that shows the whole page: what is taken for the same. */
const HOME_TOLERANCE = 1.02;

export interface StageEvents {
  /** The view has come to rest. */
  readonly viewed: () => void;
  /** By a key, to so many degrees. */
  readonly rotated: (degrees: number) => void;
  readonly progress: (part: number) => void;
  readonly tileFailed: (message: string) => void;
  readonly tileDegraded: () => void;
  /** One of several on a page. */
  readonly imageMissing: (message: string) => void;
  /** To the next page in reading order on the right (1), or on the left (-1). */
  readonly swiped: (side: 1 | -1) => void;
}

/** OpenSeadragon with one page at a time. */
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
  /** What is seen; undefined where there is no image service that gives it. */
  readonly download: Download | undefined;
  /** Asks again for what could not be had. */
  tryAgain(): void;
  focus(): void;
  destroy(): void;
}

interface Opened {
  readonly service: string;
  readonly limits: DownloadLimits;
}

/** As OpenSeadragon takes it: places are in widths of the page. */
interface OpenedImage {
  readonly tileSource: object;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
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
  /** Of the page that is open, in the pixels that regions are told in. */
  let size: { readonly width: number; readonly height: number } | undefined;
  let rotation = 0;
  const tiles = usePotto(viewer, {
    fetch: connection.fetch,
    ...(connection.prefix === '' ? {} : { within: connection.prefix }),
    onProgress: (arrived, asked) => events.progress(arrived / asked),
    onDegraded: () => events.tileDegraded(),
  });
  for (const name of ['animation-finish', 'resize'] as const) viewer.addHandler(name, () => events.viewed());
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

  viewer.addHandler('rotate', ({ degrees }) => {
    if (!size) return;
    const isByKey = wholeTurn(degrees) !== rotation;
    rotation = wholeTurn(degrees);
    if (isByKey) events.rotated(rotation);
    events.viewed();
  });

  const images = () => Array.from({ length: viewer.world.getItemCount() }, (_, index) => viewer.world.getItemAt(index));

  function zoomBy(factor: number): void {
    // Without an image there is no viewport either.
    if (size) viewer.viewport.zoomBy(factor).applyConstraints();
  }

  async function sourceOf(content: ImageContent, signal: AbortSignal): Promise<Json> {
    if (content.kind === 'picture') return { type: 'image', url: content.url };
    const info = await readInfo(`${content.id}/info.json`, connection.fetch, signal);
    signal.throwIfAborted();
    return info;
  }

  async function openImage(content: ImageContent, signal: AbortSignal): Promise<readonly OpenedImage[]> {
    const tileSource = await sourceOf(content, signal);
    if (content.kind === 'service') opened = openedOf(content.id, tileSource);
    return [{ tileSource }];
  }

  /** Those that can be had; the others are told of. */
  async function openCanvas({ width, images }: CanvasContent, signal: AbortSignal): Promise<readonly OpenedImage[]> {
    const sources = await Promise.allSettled(images.map(({ content }) => sourceOf(content, signal)));
    signal.throwIfAborted();
    const there = sources.flatMap((source, index) => {
      const place = images[index]?.place;
      if (source.status === 'rejected' || !place) return [];
      return [{ tileSource: source.value, x: place.x / width, y: place.y / width, width: place.width / width }];
    });
    const failed = sources.find((source) => source.status === 'rejected');
    if (failed && there.length === 0) throw failed.reason;
    if (failed) events.imageMissing(failed.reason instanceof Error ? failed.reason.message : String(failed.reason));
    return there;
  }

  return {
    async open(content, signal) {
      viewer.close();
      opened = undefined;
      size = undefined;
      const sources = await (content.kind === 'canvas' ? openCanvas(content, signal) : openImage(content, signal));
      await new Promise<void>((resolve, reject) => {
        viewer.addOnceHandler('open', () => resolve());
        viewer.addOnceHandler('open-failed', ({ message }) => reject(new Error(message)));
        viewer.open([...sources]);
      });
      // Another page may have been opened meanwhile.
      signal.throwIfAborted();
      viewer.viewport.setRotation(rotation, true);
      const { x, y } = viewer.world.getItemAt(0).getContentSize();
      size = content.kind === 'canvas' ? content : { width: x, height: y };
    },
    describe(words) {
      viewer.canvas.setAttribute('role', 'application');
      viewer.canvas.setAttribute('aria-label', words);
    },
    zoomIn: () => zoomBy(ZOOM_STEP),
    zoomOut: () => zoomBy(1 / ZOOM_STEP),
    home: () => {
      if (size) viewer.viewport.goHome();
    },
    fit({ x, y, width, height }) {
      if (!size) return;
      const [left, top, across, down] = [x, y, width, height].map((pixels) => pixels / (size?.width ?? 1));
      viewer.viewport.fitBounds(new OpenSeadragon.Rect(left, top, across, down), true);
    },
    get rotation() {
      return rotation;
    },
    set rotation(degrees) {
      rotation = wholeTurn(degrees);
      if (size) viewer.viewport.setRotation(rotation);
    },
    get region() {
      if (!size) return undefined;
      const { x, y, width, height } = viewer.viewport.getBounds().getBoundingBox();
      const unit = size.width;
      return onImage({ x: x * unit, y: y * unit, width: width * unit, height: height * unit }, size);
    },
    get download() {
      const { region } = this;
      if (!opened || !region) return undefined;
      const { service, limits } = opened;
      return { url: downloadUrl(service, region, rotation, limits), name: downloadName(service, region, rotation) };
    },
    tryAgain() {
      for (const image of images()) image.reset();
    },
    focus: () => viewer.canvas.focus({ preventScroll: true }),
    destroy() {
      tiles.detach();
      viewer.destroy();
      element.replaceChildren();
    },
  };
}

/** Undefined where the service gives its tiles only (level 0). */
function openedOf(service: string, info: Json): Opened | undefined {
  if (JSON.stringify(info.profile ?? '').includes('level0')) return undefined;
  const { maxWidth, maxHeight, maxArea } = info;
  const limits = { maxWidth: numberOf(maxWidth), maxHeight: numberOf(maxHeight), maxArea: numberOf(maxArea) };
  return { service, limits };
}
