import sharp from 'sharp';
import { expect } from 'vitest';
import { BLOCK, colourAt, type Picture, type Rgb } from './pictures.ts';

export interface Decoded {
  readonly format: string | undefined;
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8Array;
}

/** How a picture must be seen in an answer. */
export interface View {
  readonly region: readonly [x: number, y: number, width: number, height: number];
  /** Of the region after scaling, before rotation. */
  readonly scaled: readonly [width: number, height: number];
  readonly mirror: boolean;
  readonly degrees: number;
}

export async function decode(bytes: ArrayBuffer): Promise<Decoded> {
  const input = Buffer.from(bytes);
  const { format } = await sharp(input).metadata();
  const { data, info } = await sharp(input)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { format, width: info.width, height: info.height, data };
}

/** Compares a grid of positions with the colours the picture has at the places seen there. */
export function expectView(picture: Picture, answer: Decoded, view: View, quality: string): void {
  const lossy = answer.format !== 'png' && answer.format !== 'tiff';
  const [, , regionWidth, regionHeight] = view.region;
  const step = Math.max(regionWidth / view.scaled[0], regionHeight / view.scaled[1]);
  const exact = step === 1 && regionHeight / view.scaled[1] === 1 && view.degrees % 90 === 0;
  // One pixel of the source is one level; an unscaled, lossless answer has no excuse.
  const tolerance = loss(answer) + (exact ? 0 : 2 + step / 2);
  // A scaling filter and the chroma of a lossy format mix the blue of neighbouring blocks.
  const margin = exact && !lossy ? 0 : 3 * step + (lossy ? 16 * step : 0) + 2;
  let compared = 0;
  for (let row = 0; row < 9; row++) {
    for (let column = 0; column < 11; column++) {
      const i = Math.floor(((column + 0.5) * answer.width) / 11);
      const j = Math.floor(((row + 0.5) * answer.height) / 9);
      const found = pixel(answer, i, j);
      const place = sourceOf(view, answer, i, j);
      if (place === undefined) continue;
      if (place === 'outside') {
        if (answer.format !== 'jpeg') expect(found.alpha, `alpha at ${i},${j}, outside the rotated image`).toBe(0);
        continue;
      }
      expect(found.alpha, `alpha at ${i},${j}`).toBe(255);
      const [x, y] = place;
      if (distanceToBlockEdge(x) < margin || distanceToBlockEdge(y) < margin) continue;
      expectColour(
        found.rgb,
        colourAt(picture, x, y),
        quality,
        tolerance,
        `${i},${j} shows ${x.toFixed(1)},${y.toFixed(1)}`,
      );
      compared++;
    }
  }
  if (step < 8 && answer.width >= 40 && answer.height >= 40) expect(compared, 'positions compared').toBeGreaterThan(5);
}

/** How far the samples of a format may be off: of 256 colours there are 16 steps along each of two waves. */
function loss({ format }: Decoded): number {
  if (format === 'png' || format === 'tiff') return 0;
  return format === 'gif' ? 18 : 12;
}

/** Undoes rotation, mirroring, scaling and cropping; undefined too near to an edge to tell. */
function sourceOf(view: View, answer: Decoded, i: number, j: number): [number, number] | 'outside' | undefined {
  const [x, y, width, height] = view.region;
  const [scaledWidth, scaledHeight] = view.scaled;
  const angle = (view.degrees * Math.PI) / 180;
  const dx = i + 0.5 - answer.width / 2;
  const dy = j + 0.5 - answer.height / 2;
  const a = dx * Math.cos(angle) + dy * Math.sin(angle) + scaledWidth / 2;
  const b = dy * Math.cos(angle) - dx * Math.sin(angle) + scaledHeight / 2;
  if (view.degrees % 90 !== 0) {
    const outside = Math.max(-a, -b, a - scaledWidth, b - scaledHeight);
    // The chroma of a lossy format bleeds across the edge, 16 pixels at most.
    const near = answer.format === 'png' || answer.format === 'tiff' ? 3 : 19;
    if (outside > near) return 'outside';
    if (outside > -near) return undefined;
  }
  const unmirrored = view.mirror ? scaledWidth - a : a;
  return [tidy(x + (unmirrored * width) / scaledWidth - 0.5), tidy(y + (b * height) / scaledHeight - 0.5)];
}

/** Sines of right angles are not quite whole. */
function tidy(position: number): number {
  return Math.round(position * 1e6) / 1e6;
}

function distanceToBlockEdge(position: number): number {
  const within = (((position + 0.5) % BLOCK) + BLOCK) % BLOCK;
  return position + 0.5 < BLOCK / 2 ? Math.abs(BLOCK - (position + 0.5)) : Math.min(within, BLOCK - within);
}

function pixel({ width, data }: Decoded, i: number, j: number): { rgb: Rgb; alpha: number } {
  const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray((j * width + i) * 4, (j * width + i) * 4 + 4);
  return { rgb: [red, green, blue], alpha };
}

function expectColour(found: Rgb, expected: Rgb, quality: string, tolerance: number, place: string): void {
  const message = `${place}: expected ${expected.map(Math.round)}, found ${found} (± ${tolerance})`;
  if (quality === 'gray') {
    // Which weights make grey of colour is the server's choice: those of Rec. 601 and Rec. 709 are usual.
    const [red, green, blue] = expected;
    const greys = [0.299 * red + 0.587 * green + 0.114 * blue, 0.2126 * red + 0.7152 * green + 0.0722 * blue];
    expect(Math.min(...greys.map((grey) => Math.abs(grey - found[0]))), message).toBeLessThanOrEqual(tolerance + 1);
    expect(Math.max(...found) - Math.min(...found), message).toBeLessThanOrEqual(2);
    return;
  }
  if (quality === 'bitonal') return;
  const difference = Math.max(...found.map((sample, channel) => Math.abs(sample - (expected[channel] ?? 0))));
  expect(difference, message).toBeLessThanOrEqual(tolerance);
}

/** "Each pixel is either black or white" (section 4.4), as far as a lossy format can keep that. */
export function expectBitonal(answer: Decoded): void {
  const slack = answer.format === 'jpeg' ? 60 : 0;
  let strays = 0;
  let white = 0;
  for (let offset = 0; offset < answer.data.length; offset += 4) {
    const [red = 0, green = 0, blue = 0] = answer.data.subarray(offset, offset + 3);
    const isWhite = Math.min(red, green, blue) >= 255 - slack;
    if (isWhite) white++;
    else if (Math.max(red, green, blue) > slack) strays++;
  }
  const pixels = answer.data.length / 4;
  expect(strays / pixels, 'share of pixels neither black nor white').toBeLessThanOrEqual(
    answer.format === 'png' ? 0 : 0.05,
  );
  expect(white, 'white pixels').toBeGreaterThan(0);
  expect(white, 'white pixels').toBeLessThan(pixels);
}
