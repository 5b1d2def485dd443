import { ImageServerError } from '../errors.ts';
import { checkRect, type Rect } from '../kernel/geometry.ts';
import type { KernelMemory } from '../kernel/memory.ts';
import { checkRaster, type Raster } from '../kernel/raster.ts';
import type { BaselineComponent, BaselineJpeg } from './jpeg-baseline.ts';
import { DECODER_TABLE_BYTES } from './jpeg-huffman.ts';
import { QUANTISATION_ENTRIES } from './jpeg-tables.ts';

/** How many pixels a side become one, in the inverse DCT, where that is nearly free. */
export type JpegScale = 1 | 2 | 4 | 8;

export interface JpegDecodeOptions {
  /** Means of so many pixels a side instead of the pixels; 1 by default. */
  readonly scale?: JpegScale;
}

/** Fields of `Picture` and of `Component` in `assembly/jpeg/decode.ts`. */
const PICTURE_FIELDS = 20;
const COMPONENT_FIELDS = 15;
const BLOCK_BYTES = 192;
/** Filters read so many bytes before and behind a row, and may write one before and one behind. */
const MARGIN = 64;

/** The size of a JPEG decoded at a scale. */
export function scaledSize({ width, height }: { readonly width: number; readonly height: number }, scale: JpegScale) {
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}

/**
 * Decodes `crop`, in pixels of the result, into `target` at `x`, `y`, opaque; inks go into the places of R, G, B and A, 0
 * where there is none. Samples are those of libjpeg's "islow" DCT and "fancy" upsampling.
 * @throws {ImageServerError} 502 when the data is damaged or ends early; a part may have been written by then.
 * 413 or 503 when there isn't enough memory.
 * @throws {RangeError} when the crop reaches outside the picture or the target.
 */
export function decodeBaseline(
  jpeg: BaselineJpeg,
  target: Raster,
  x: number,
  y: number,
  crop: Rect,
  { scale = 1 }: JpegDecodeOptions = {},
): void {
  const { memory } = target;
  const size = scaledSize(jpeg, scale);
  checkRaster(memory, target);
  checkRect(crop, size.width, size.height);
  checkRect({ ...crop, x, y }, target.width, target.height);
  const geometry = layOut(jpeg, scale);
  const whole = memory.withScratch(geometry.bytes, (base) => {
    write(memory, base, jpeg, geometry, crop, target.address + y * target.stride + x * 4, target.stride);
    return memory.wasm.jpegDecode(base);
  });
  if (!target.knownOpaque || jpeg.components.length === 4) target.setOpaque(undefined);
  if (whole === 0) {
    throw new ImageServerError(
      502,
      'The stored JPEG data is damaged and can not be decoded: check the file, or store it again',
    );
  }
}

interface Plane {
  readonly component: BaselineComponent;
  /** Samples a side that a block gives. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly expandX: number;
  readonly expandY: number;
  readonly smooth: boolean;
  readonly stride: number;
  /** Offsets in the scratch memory. */
  readonly samples: number;
  readonly row: number;
  readonly dc: number;
  readonly ac: number;
  readonly quantisation: number;
}

interface Geometry {
  readonly columns: number;
  readonly rows: number;
  readonly mcuWidth: number;
  readonly mcuHeight: number;
  readonly height: number;
  readonly planes: readonly Plane[];
  readonly source: number;
  readonly bytes: number;
}

/** Where everything stands in one piece of scratch memory. */
function layOut(jpeg: BaselineJpeg, scale: JpegScale): Geometry {
  const across = Math.max(...jpeg.components.map((component) => component.across));
  const down = Math.max(...jpeg.components.map((component) => component.down));
  const unit = 8 / scale;
  const columns = Math.ceil(jpeg.width / (8 * across));
  let top = 4 * (PICTURE_FIELDS + COMPONENT_FIELDS * jpeg.components.length) + BLOCK_BYTES + MARGIN;
  const take = (bytes: number) => {
    const offset = Math.ceil(top / 64) * 64;
    top = offset + bytes;
    return offset;
  };
  const tables = new Map<Uint32Array | Uint16Array, number>();
  const place = (table: Uint32Array | Uint16Array, bytes: number) => {
    const offset = tables.get(table) ?? take(bytes);
    tables.set(table, offset);
    return offset;
  };
  const planes = jpeg.components.map((component): Plane => {
    const size = blockSize(component, across, down, unit);
    const expandX = (across * unit) / (component.across * size);
    const expandY = (down * unit) / (component.down * size);
    const width = Math.ceil((jpeg.width * component.across * size) / (8 * across));
    const height = Math.ceil((jpeg.height * component.down * size) / (8 * down));
    const stride = Math.ceil((columns * component.across * size) / 64) * 64 + 2 * MARGIN;
    // libjpeg smooths where it pays, and not at an eighth, where samples are means of blocks.
    const wide = expandX === 2 && expandY <= 2 && width > 2;
    const smooth = unit > 1 && (wide || (expandX === 1 && expandY === 2));
    const samples = take(stride * (component.down * size + 2) + 2 * MARGIN) + stride + MARGIN;
    const row = take(columns * across * unit + 2 * MARGIN) + MARGIN;
    const [dc, ac] = [place(component.dc, DECODER_TABLE_BYTES), place(component.ac, DECODER_TABLE_BYTES)];
    const quantisation = place(component.quantisation, 2 * QUANTISATION_ENTRIES);
    return { component, size, width, height, expandX, expandY, smooth, stride, samples, row, dc, ac, quantisation };
  });
  const source = take(jpeg.data.length + MARGIN);
  return {
    columns,
    rows: Math.ceil(jpeg.height / (8 * down)),
    mcuWidth: across * unit,
    mcuHeight: down * unit,
    height: Math.ceil(jpeg.height / scale),
    planes,
    source,
    bytes: top,
  };
}

/** Subsampled components are scaled down less, as far as they stay no larger than the others (as libjpeg does). */
function blockSize(component: BaselineComponent, across: number, down: number, unit: number): number {
  let size = unit;
  while (
    size < 8 &&
    (across * unit) % (component.across * size * 2) === 0 &&
    (down * unit) % (component.down * size * 2) === 0
  ) {
    size *= 2;
  }
  return size;
}

function write(
  memory: KernelMemory,
  base: number,
  jpeg: BaselineJpeg,
  { columns, rows, mcuWidth, mcuHeight, height, planes, source }: Geometry,
  crop: Rect,
  target: number,
  targetStride: number,
): void {
  const components = base + 4 * PICTURE_FIELDS;
  const block = components + 4 * COMPONENT_FIELDS * planes.length;
  const { buffer } = memory.wasm.memory;
  new Int32Array(buffer, base, PICTURE_FIELDS).set([
    base + source,
    base + source + jpeg.data.length,
    columns,
    rows,
    mcuWidth,
    mcuHeight,
    height,
    jpeg.restartInterval,
    crop.x,
    crop.y,
    crop.width,
    crop.y + crop.height,
    target,
    targetStride,
    block,
    block + BLOCK_BYTES,
    jpeg.colour === 'ycbcr' || jpeg.colour === 'ycck' ? 1 : 0,
    planes.length,
    components,
    flipOf(jpeg),
  ]);
  for (const [i, plane] of planes.entries()) {
    const { component } = plane;
    new Int32Array(buffer, components + 4 * COMPONENT_FIELDS * i, COMPONENT_FIELDS).set([
      component.across,
      component.down,
      plane.size,
      plane.width,
      plane.height,
      plane.expandX,
      plane.expandY,
      plane.smooth ? 1 : 0,
      base + plane.samples,
      plane.stride,
      base + plane.row,
      base + plane.dc,
      base + plane.ac,
      base + plane.quantisation,
    ]);
    new Uint32Array(buffer, base + plane.dc, component.dc.length).set(component.dc);
    new Uint32Array(buffer, base + plane.ac, component.ac.length).set(component.ac);
    new Uint16Array(buffer, base + plane.quantisation, component.quantisation.length).set(component.quantisation);
  }
  memory.view(base + source, jpeg.data.length).set(jpeg.data);
}

/** Of inks: bits to be turned over, so that 0 is none. What YCC gives is what the first three leave of the light. */
function flipOf({ colour, inverted }: BaselineJpeg): number {
  const light = (colour === 'ycck') !== inverted ? 0x00ffffff : 0;
  return inverted ? light | 0xff000000 : light;
}
