import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import sharp from 'sharp';
import { type ImageAnswer, type Traffic, watch } from '../e2e/traffic.ts';
import type { Exhibit } from './exhibits.ts';
import { type Box, findPlacement, type Placement, type Point, pixelsOf, shareShown } from './match.ts';
import type { Viewer } from './viewers.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../test-results/viewers/', import.meta.url));

export interface Subject {
  readonly context: BrowserContext;
  readonly viewer: Viewer;
  readonly exhibit: Exhibit;
  /** Of the page. */
  readonly url: string;
}

/** What was seen. */
export interface Visit {
  /** Share of the stage that shows the picture as it is: first the whole of it, then after a deep zoom. */
  readonly whole: number;
  readonly deep: number;
  readonly answers: readonly ImageAnswer[];
}

/** Of the stage, at least: buttons and small maps cover some of it. */
const ENOUGH = 0.8;
/** Correlation that a picture is known by. */
const ALIKE = 0.9;
/** Milliseconds until a picture has to be there. */
const PATIENCE = 60_000;
/** Of the wheel or clicks, until the full resolution. */
const MOST_TURNS = 40;
const TURN = -240;
/** What is searched for the picture, in pixels of the screen. */
const SEARCHED = { width: 400, height: 300 };

/**
 * Opens the page, waits for the picture, and zooms to its full resolution; `name`: of the screenshots.
 * @throws {Error} in words, where it isn't seen or was answered by another than the worker.
 */
export async function visit(subject: Subject, name: string): Promise<Visit> {
  const { context, viewer, exhibit, url } = subject;
  const page = context.pages()[0] ?? (await context.newPage());
  const traffic = watch(context);
  const shot = (part: string) => join(SCREENSHOTS, `${viewer.name}-${exhibit.name}-${name}-${part}.png`);
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.goto(url);
  const stage = page.locator(viewer.stage).first();
  await stage.waitFor({ timeout: PATIENCE });
  const { width, height } = exhibit.picture;
  const look = { page, viewer, exhibit, traffic };
  const whole = await untilShown({ ...look, path: shot('whole'), point: { x: width / 2, y: height / 2 } });
  const { scale, left, top } = whole.placement;
  const at = { x: left + exhibit.point.x * scale, y: top + exhibit.point.y * scale };
  await zoomIn(look, at);
  const deep = await untilShown({ ...look, path: shot('deep'), point: exhibit.point, at });
  if (!(await page.evaluate(() => navigator.serviceWorker.controller !== null))) {
    throw new Error('No worker controls the page');
  }
  checkAnswers(traffic, exhibit);
  return { whole: whole.share, deep: deep.share, answers: [...traffic.images] };
}

/** What a page is looked at for. */
interface Look {
  readonly page: Page;
  readonly viewer: Viewer;
  readonly exhibit: Exhibit;
  readonly traffic: Traffic;
}

interface Sight extends Look {
  /** Where the screenshot is kept. */
  readonly path: string;
  /** A place of the picture … */
  readonly point: Point;
  /** … that is near this one of the screen; by default near the middle of the stage. */
  readonly at?: Point;
}

/** Waits until the stage shows the picture. */
async function untilShown(sight: Sight): Promise<{ readonly share: number; readonly placement: Placement }> {
  const { page, viewer, exhibit, traffic, path, point, at } = sight;
  for (const end = Date.now() + PATIENCE; ; ) {
    await traffic.settled(page);
    const stage = await page.locator(viewer.stage).first().boundingBox();
    if (!stage) throw new Error(`${viewer.label} has no stage any more`);
    const screen = await pixelsOf(sharp(await page.screenshot({ path })));
    const placement = findPlacement(screen, searched(at ?? middleOf(stage)), exhibit.picture, point);
    const share = shareShown(screen, stage, exhibit.picture, placement);
    if (share >= ENOUGH && placement.likeness >= ALIKE) return { share, placement };
    if (Date.now() > end) {
      const [likeness, percent] = [placement.likeness, share].map((value) => `${Math.round(value * 100)} %`);
      throw new Error(`The picture isn't seen: it is ${likeness} alike and ${percent} right, see ${path}`);
    }
  }
}

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

const searched = ({ x, y }: Point): Box => ({ x: x - SEARCHED.width / 2, y: y - SEARCHED.height / 2, ...SEARCHED });

/** Turns the wheel, or clicks, until a tile of the full resolution was answered. */
async function zoomIn({ page, viewer, traffic }: Look, { x, y }: Point): Promise<void> {
  await page.mouse.move(x, y);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (traffic.images.some(isFull)) return;
    if (viewer.zoomsBy === 'wheel') await page.mouse.wheel(0, TURN);
    else await page.mouse.click(x, y);
    await traffic.settled(page);
  }
  throw new Error('No tile of the full resolution was asked for');
}

function isFull({ region, size }: ImageAnswer): boolean {
  return region !== 'full' && region[2] === size?.[0];
}

/** Each image is answered by the worker, and answered well. */
function checkAnswers({ images }: Traffic, exhibit: Exhibit): void {
  const bad = images.filter(({ status }) => status !== 200);
  if (bad.length > 0) throw new Error(`Not answered: ${bad.map(({ url, status }) => `${status} ${url}`).join(', ')}`);
  const missing = exhibit.images.filter((id) => !images.some(({ identifier }) => identifier === id));
  if (missing.length > 0) throw new Error(`The worker was never asked for ${missing.join(', ')}`);
}
