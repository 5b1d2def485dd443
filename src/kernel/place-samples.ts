import { checkRect, checkSize, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { greyPalette, placeIndexed } from './place-indexed.ts';
import { checkRaster, type Raster } from './raster.ts';
import { restoreSamples, staysWide } from './restore-samples.ts';
import { checkLayout, checkSampleBytes, type SampleLayout } from './sample-layout.ts';

/** Extra bytes between planes in a band: in-place loops run past the end by less. */
const PLANE_SLACK = 64;

const OPAQUE = 0xff000000;

/**
 * Converts `crop` of a tile of uncompressed samples to RGBA in `target` at `x`, `y`. Whole numbers of n bits become 8 by
 * round(v · 255 / (2ⁿ − 1)), others through a window; associated alpha is divided out.
 * @param planes one part with interleaved samples, or one part per sample.
 * @throws {ImageServerError} 502 when a plane is shorter than its rows up to the end of the crop.
 * @throws {RangeError} when the crop reaches outside tile or target, or the layout contradicts itself.
 */
export function placeSamples(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  planes: readonly Uint8Array[],
  layout: SampleLayout,
  tileWidth: number,
  tileHeight: number,
  crop: Rect,
): void {
  checkRaster(memory, target);
  checkSize(tileWidth, tileHeight);
  checkRect(crop, tileWidth, tileHeight);
  checkRect({ ...crop, x, y }, target.width, target.height);
  checkLayout(layout, planes.length);
  const { bitsPerSample, inverted } = layout;
  const planar = planes.length > 1;
  const distance = planar ? 1 : layout.samplesPerPixel;
  const packed = bitsPerSample === 1 || bitsPerSample === 2 || bitsPerSample === 4;
  if (packed && layout.colourSamples === 1 && layout.alpha === undefined) {
    const palette = greyPalette(bitsPerSample, inverted);
    const indices = { bitsPerSample, samplesPerPixel: distance, predictor: 'none', palette } as const;
    const [plane = new Uint8Array()] = planes;
    placeIndexed(memory, target, x, y, plane, indices, tileWidth, tileHeight, crop);
    return;
  }
  const rowSamples = tileWidth * distance;
  const rowBytes = Math.ceil((rowSamples * bitsPerSample) / 8);
  const used = planar ? neededSamples(layout) : [0];
  const parts = used.map((sample) => ({ sample, plane: planes[sample] ?? new Uint8Array() }));
  for (const { plane } of parts) checkSampleBytes(plane, rowBytes, crop);

  const bandRow = parts.length * (Math.max(rowBytes, rowSamples) + PLANE_SLACK) + (packed ? rowBytes + PLANE_SLACK : 0);
  memory.inBands(bandRow, crop.height, (band, first, rows) => {
    const start = (crop.y + first) * rowBytes;
    const length = rows * rowBytes;
    const partBytes = rows * (Math.max(rowBytes, rowSamples) + PLANE_SLACK);
    const addresses = parts.map(({ plane, sample }, index) => {
      const address = band + index * partBytes;
      const bytes = plane.subarray(start, start + length);
      if (packed) {
        const bits = band + parts.length * partBytes;
        memory.view(bits, length).set(bytes);
        memory.wasm.unpackBits(bits, rowBytes, address, rowSamples, rows, bitsPerSample);
      } else {
        memory.view(address, length).set(bytes);
        restoreSamples(memory, { address, rowBytes, rows, distance, firstSample: planar ? sample : 0 }, layout);
      }
      return address;
    });
    const to = target.address + (y + first) * target.stride + x * 4;
    expand(memory, addresses, rowSamples, distance, layout, crop, rows, to, target.stride);
  });
  const opaque = layout.alpha === undefined && layout.colourSamples !== 4;
  if (!opaque || !target.knownOpaque) target.setOpaque(undefined);
}

/** `addresses`: the needed planes, colour before alpha; or one part with `distance` samples from pixel to pixel. */
function expand(
  { wasm }: KernelMemory,
  addresses: readonly number[],
  rowSamples: number,
  distance: number,
  layout: SampleLayout,
  crop: Rect,
  rows: number,
  to: number,
  stride: number,
): void {
  const { alpha, colourSamples } = layout;
  const wide = staysWide(layout);
  const sampleBytes = wide ? 2 : 1;
  const step = distance * sampleBytes;
  const rowBytes = rowSamples * sampleBytes;
  const { width } = crop;
  const planar = addresses.length > 1;
  const [first = 0] = addresses;
  const start = crop.x * step;
  const grey = colourSamples === 1;
  // What is divided by alpha is inverted after that.
  const flip = layout.inverted ? (colourSamples === 4 ? 0xffffffff : 0x00ffffff) : 0;
  const divided = alpha?.associated === true;
  const invert = divided ? 0 : flip;

  const fourth = colourSamples === 4 ? 3 : alpha?.sample;
  const sample = (plane: number, index: number) =>
    start + (planar ? (addresses[plane] ?? first) : first + index * sampleBytes);
  const r = sample(0, 0);
  const g = grey ? r : sample(1, 1);
  const b = grey ? r : sample(2, 2);
  const a = fourth === undefined ? 0 : sample(addresses.length - 1, fourth);
  if (wide) {
    wasm.gatherAssociated16(r, g, b, a, step, rowBytes, to, stride, width, rows, flip);
    return;
  }
  if (distance === 1 && grey && alpha === undefined) {
    wasm.expandGrey(r, rowBytes, to, stride, width, rows, invert);
  } else if (distance === 1) {
    wasm.interleave(r, g, b, a, rowBytes, to, stride, width, rows, invert);
  } else if (distance === 3 && !grey) {
    wasm.expandRgb(r, rowBytes, to, stride, width, rows, invert);
  } else if (distance === 4 && !grey) {
    wasm.expandRgba(r, rowBytes, to, stride, width, rows, invert, fourth === undefined ? OPAQUE : 0);
  } else {
    wasm.gather8(r, g, b, a, step, rowBytes, to, stride, width, rows, invert);
  }
  if (divided) wasm.unassociate(to, stride, width, rows, flip);
}

/** Which planes are looked at: colour, then alpha. */
function neededSamples({ colourSamples, alpha }: SampleLayout): readonly number[] {
  const colours = [0, 1, 2, 3].slice(0, colourSamples);
  return alpha === undefined ? colours : [...colours, alpha.sample];
}
