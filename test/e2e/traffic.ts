import type { BrowserContext, Page, Response } from 'playwright/test';

/** An answered request for an image. */
export interface ImageAnswer {
  readonly url: string;
  readonly identifier: string;
  /** `full`, or x, y, width and height in pixels of the full image. */
  readonly region: 'full' | readonly [x: number, y: number, width: number, height: number];
  /** Width and height in pixels; undefined where the size was asked for in another form. */
  readonly size: readonly [width: number, height: number] | undefined;
  readonly status: number;
  /** `Server-Timing`. */
  readonly timing: string;
}

/** What goes on between a browser and the world. */
export interface Traffic {
  /** Addresses that pages and workers asked for, with `data:` and `blob:` left out. */
  readonly requests: readonly string[];
  /** Images in the order of their answers. */
  readonly images: readonly ImageAnswer[];
  /** Errors on the consoles of pages and workers. */
  readonly complaints: readonly string[];
  /** Resolves when nothing has been asked for through some frames, and everything is answered. */
  settled(page: Page): Promise<void>;
}

/** A viewer that has more to ask for does so in its next frames. */
const QUIET_FRAMES = 10;

export function watch(context: BrowserContext): Traffic {
  const requests: string[] = [];
  const images: ImageAnswer[] = [];
  const complaints: string[] = [];
  let pending = 0;
  context.on('request', (request) => {
    pending += 1;
    if (/^https?:/.test(request.url())) requests.push(request.url());
  });
  context.on('requestfailed', () => {
    pending -= 1;
  });
  context.on('requestfinished', () => {
    pending -= 1;
  });
  context.on('response', (response) => {
    const image = response.fromServiceWorker() ? imageAnswer(response) : undefined;
    if (image) images.push(image);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return {
    requests,
    images,
    complaints,
    async settled(page) {
      for (let before = -1; before !== requests.length || pending > 0; ) {
        before = requests.length;
        await frames(page, QUIET_FRAMES);
      }
    },
  };
}

function frames(page: Page, count: number): Promise<void> {
  return page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
  }, count);
}

function imageAnswer(response: Response): ImageAnswer | undefined {
  const url = response.url();
  const [, identifier, region, size] = /\/iiif\/3\/([^/]+)\/([^/]+)\/([^/]+)\/[^/]+\/[^/]+$/.exec(url) ?? [];
  if (identifier === undefined || region === undefined || size === undefined) return undefined;
  const [x, y, width, height] = region.split(',').map(Number);
  const [sizeWidth, sizeHeight] = size.split(',').map(Number);
  const known = x !== undefined && y !== undefined && width !== undefined && height !== undefined;
  return {
    url,
    identifier,
    region: known ? [x, y, width, height] : 'full',
    size: sizeWidth && sizeHeight ? [sizeWidth, sizeHeight] : undefined,
    status: response.status(),
    timing: response.headers()['server-timing'] ?? '',
  };
}
