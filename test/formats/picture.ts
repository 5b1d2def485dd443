import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';

/** RGBA, as a viewer of the file should see it. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export const WIDTH = 700;
export const HEIGHT = 460;

const photograph = fileURLToPath(new URL('../../demo/images/nuthatch.jpg', import.meta.url));

/** A detailed part of a photograph, 8-bit RGB. */
export function photo(): Sharp {
  return sharp(photograph).extract({ left: 2400, top: 1100, width: 2800, height: 1840 }).resize(WIDTH, HEIGHT);
}

/** The photograph's samples, `channels` of them a pixel, 8 bits each. */
export async function photoSamples(channels: 1 | 3): Promise<Uint8Array> {
  const picture = channels === 1 ? photo().greyscale().toColourspace('b-w') : photo();
  return picture.raw().toBuffer();
}

/** The photograph as it is. */
export async function photoSeen(): Promise<Seen> {
  return { width: WIDTH, height: HEIGHT, data: await photo().ensureAlpha().raw().toBuffer() };
}

/** What libvips sees in a file, upright and in sRGB. `page` counts from 0. */
export async function seenByLibvips(file: Uint8Array, page = 0): Promise<Seen> {
  const { data, info } = await sharp(file, { page, limitInputPixels: false })
    .rotate()
    .pipelineColourspace('srgb')
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture at another size: the mean of the area that each pixel covers, colours by their alpha. */
export function areaMean(seen: Seen, part: Rectangle, width: number, height: number): Seen {
  const data = new Uint8Array(width * height * 4);
  const columns = covers(part.x, part.width, width);
  const rows = covers(part.y, part.height, height);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const sum = [0, 0, 0, 0];
      for (const [sourceY, weightY] of row) {
        for (const [sourceX, weightX] of column) {
          const at = (sourceY * seen.width + sourceX) * 4;
          const alpha = (seen.data[at + 3] ?? 0) * weightX * weightY;
          for (let channel = 0; channel < 3; channel++)
            sum[channel] = (sum[channel] ?? 0) + (seen.data[at + channel] ?? 0) * alpha;
          sum[3] = (sum[3] ?? 0) + alpha;
        }
      }
      const alpha = sum[3] ?? 0;
      const colours = sum.slice(0, 3).map((value) => Math.round(alpha === 0 ? 0 : value / alpha));
      const area = (part.width / width) * (part.height / height);
      data.set([...colours, Math.round(alpha / area)], (y * width + x) * 4);
    });
  });
  return { width, height, data };
}

/** For each of `outputs` pixels, the source pixels below it and how much of each. */
function covers(start: number, length: number, outputs: number): (readonly [index: number, weight: number])[][] {
  return Array.from({ length: outputs }, (_, output) => {
    const from = start + (output * length) / outputs;
    const to = start + ((output + 1) * length) / outputs;
    const first = Math.floor(from);
    return Array.from({ length: Math.ceil(to) - first }, (_, index): readonly [number, number] => {
      const pixel = first + index;
      return [pixel, Math.min(to, pixel + 1) - Math.max(from, pixel)];
    }).filter(([, weight]) => weight > 1e-9);
  });
}

/** Likeness in decibels, of colours as they look on white. Infinity: equal. */
export function psnr(a: Seen, b: Seen): number {
  if (a.width !== b.width || a.height !== b.height) return Number.NaN;
  let sum = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) sum += (onWhite(a, at, channel) - onWhite(b, at, channel)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / (a.width * a.height * 3)));
}

function onWhite({ data }: Seen, at: number, channel: number): number {
  const alpha = (data[at + 3] ?? 0) / 255;
  return (data[at + channel] ?? 0) * alpha + 255 * (1 - alpha);
}
