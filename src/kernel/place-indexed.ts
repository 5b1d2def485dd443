import { checkRect, checkSize, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';
import { checkSampleBytes, MOST_SAMPLES } from './sample-layout.ts';

/** How indices into a palette lie in a tile (TIFF 6.0 section 5). */
export interface IndexLayout {
  /** 1, 2 and 4 bits fill bytes from the highest bit on, each row beginning a byte. */
  readonly bitsPerSample: 1 | 2 | 4 | 8;
  /** Samples stored for one pixel: the first is the index, others aren't looked at. */
  readonly samplesPerPixel: number;
  /** `horizontal` with 8 bits only. */
  readonly predictor: 'none' | 'horizontal';
  /** 2^bitsPerSample colours, RGBA, alpha not premultiplied. */
  readonly palette: Uint8Array;
}

/** Extra bytes behind the palette and the samples: loops read past the end by less. */
const SLACK = 64;

/**
 * Places `crop` of a tile of palette indices into `target` at `x`, `y`, as the palette's colours.
 * @throws {ImageServerError} 502 when the samples end before the crop does.
 * @throws {RangeError} when the crop reaches outside tile or target, or the layout contradicts itself.
 */
export function placeIndexed(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  samples: Uint8Array,
  layout: IndexLayout,
  tileWidth: number,
  tileHeight: number,
  crop: Rect,
): void {
  checkRaster(memory, target);
  checkSize(tileWidth, tileHeight);
  checkRect(crop, tileWidth, tileHeight);
  checkRect({ ...crop, x, y }, target.width, target.height);
  checkIndexLayout(layout);
  const { wasm } = memory;
  const { bitsPerSample, samplesPerPixel, palette } = layout;
  const step = bitsPerSample * samplesPerPixel;
  const rowBytes = Math.ceil((tileWidth * step) / 8);
  checkSampleBytes(samples, rowBytes, crop);

  const firstBit = crop.x * step;
  const { width } = crop;
  memory.withScratch(palette.length + SLACK, (table) => {
    memory.view(table, palette.length).set(palette);
    memory.inBands(rowBytes + SLACK, crop.height, (band, first, rows) => {
      const start = (crop.y + first) * rowBytes;
      memory.view(band, rows * rowBytes).set(samples.subarray(start, start + rows * rowBytes));
      if (layout.predictor === 'horizontal') wasm.unpredict8(band, rowBytes, rows, samplesPerPixel);
      const to = target.address + (y + first) * target.stride + x * 4;
      if (step === 1) {
        const [zero = 0, one = 0] = new Uint32Array(palette.slice(0, 8).buffer);
        wasm.expandBits(band, rowBytes, firstBit, to, target.stride, width, rows, zero, one);
      } else {
        wasm.expandIndexed(band, rowBytes, firstBit, bitsPerSample, step, table, to, target.stride, width, rows);
      }
    });
  });
  const opaque = palette.every((value, index) => index % 4 !== 3 || value === 255);
  if (!opaque || !target.knownOpaque) target.setOpaque(undefined);
}

/** The palette of grey samples: 0 is black and the largest value white, or the other way round. */
export function greyPalette(bitsPerSample: 1 | 2 | 4, inverted: boolean): Uint8Array {
  const largest = 2 ** bitsPerSample - 1;
  const levels = Array.from(
    { length: largest + 1 },
    (_, value) => (255 / largest) * (inverted ? largest - value : value),
  );
  return Uint8Array.from(levels.flatMap((level) => [level, level, level, 255]));
}

function checkIndexLayout({ bitsPerSample, samplesPerPixel, predictor, palette }: IndexLayout): void {
  if (![1, 2, 4, 8].includes(bitsPerSample) || (predictor === 'horizontal' && bitsPerSample !== 8)) {
    throw new RangeError(`Indices of ${bitsPerSample} bits with predictor ${predictor} can't be read`);
  }
  if (!Number.isInteger(samplesPerPixel) || samplesPerPixel < 1 || samplesPerPixel > MOST_SAMPLES) {
    throw new RangeError(`${samplesPerPixel} samples of a pixel are not within 1–${MOST_SAMPLES}`);
  }
  if (palette.length !== 4 * 2 ** bitsPerSample) {
    throw new RangeError(`A palette of ${palette.length} bytes doesn't have ${2 ** bitsPerSample} colours of 4`);
  }
}
