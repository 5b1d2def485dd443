import OpenSeadragon from 'openseadragon';
import { readInfo } from '../openseadragon/read-info.ts';
import { reviveTile } from '../openseadragon/revive-tile.ts';
import type { TileTrouble } from '../openseadragon/trouble.ts';
import { usePotto } from '../openseadragon/use-potto.ts';
import type { Connection } from './connection.ts';
import type { Download } from './download.ts';
import { withoutInlineStyles } from './inline-styles.ts';
import { type Json, numberOf } from './json.ts';
import {
  type DownloadLimits,
  downloadName,
  downloadUrl,
  onImage,
  parseRegion,
  type Region,
  type Size,
  wholeTurn,
} from './view.ts';
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
  /** What is wrong with what is seen of the server's images; undefined when nothing is any more. */
  readonly troubled: (trouble: TileTrouble | undefined) => void;
  /** Of an image of another server, which is asked no more. */
  readonly tileFailed: (message: string) => void;
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
  /** Shows this region, the value of a media fragment `#xywh=`; what is none changes nothing. */
  fit(xywh: string | null): void;
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
  let size: Size | undefined;
  let rotation = 0;
  const within = connection.prefix || new URL('/', document.baseURI).href;
  const tiles = usePotto(viewer, {
    fetch: connection.fetch,
    within,
    onProgress: (arrived, asked) => events.progress(arrived / asked),
    onTrouble: events.troubled,
  });
  for (const name of ['animation-finish', 'resize'] as const) viewer.addHandler(name, () => events.viewed());
  const isForeign = (tile: OpenSeadragon.Tile) => !new URL(tile.getUrl(), document.baseURI).href.startsWith(within);
  const lost = new Set<OpenSeadragon.Tile>();
  viewer.addHandler('tile-load-failed', ({ tile, message }) => {
    if (!isForeign(tile)) return;
    lost.add(tile);
    events.tileFailed(message);
  });
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
      lost.clear();
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
    fit(xywh) {
      const region = size && parseRegion(xywh, size);
      if (!size || !region) return;
      const { x, y, width, height } = region;
      const unit = size.width;
      viewer.viewport.fitBounds(new OpenSeadragon.Rect(x / unit, y / unit, width / unit, height / unit), true);
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
      tiles.tryAgain();
      for (const tile of lost) reviveTile(tile);
      lost.clear();
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
