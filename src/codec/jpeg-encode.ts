import { ImageServerError } from '../errors.ts';
import { checkRaster, type Raster } from '../kernel/raster.ts';
import { concat } from './bytes.ts';
import { type JpegSampling, jpegHeader } from './jpeg-header.ts';
import type { JpegMetadata } from './jpeg-metadata.ts';
import { CODER_TABLES, jpegQuality } from './jpeg-quality.ts';

export interface JpegEncodeOptions extends JpegMetadata {
  /** 1–100, as libjpeg counts; `DEFAULT_JPEG_QUALITY` by default. */
  readonly quality?: number | undefined;
  /** `4:2:0` by default; `grey` takes the luma alone. */
  readonly sampling?: JpegSampling;
  /** ICC profile to embed, which must fit the colours. */
  readonly profile?: Uint8Array | undefined;
}

export const DEFAULT_JPEG_QUALITY = 80;
/** libjpeg's JPEG_MAX_JPEG_SIDE. */
export const MAX_JPEG_SIDE = 65_500;

/** Fields of `Encoding` in `assembly/jpeg/encode.ts`. */
const FIELDS = 21;
/** Where `row` stands among them. */
const ROW = 5;
const HEAD_BYTES = 128;
/** Six blocks of 64 coefficients. */
const BLOCKS_BYTES = 768;
/** A coefficient takes 26 bits at most, each byte may be followed by a zero; one more word is written ahead. */
const MAX_BLOCK_BYTES = 416;
const MAX_END_BYTES = 16;
/** Several times what a tile needs, so that it is coded in one go. */
const OUTPUT_BYTES = 512 * 1024;

const END = new Uint8Array([0xff, 0xd9]);

/**
 * Encodes a raster as baseline JPEG, its alpha ignored. Its pixels stay as they are; what lies between its rows doesn't.
 * @throws {ImageServerError} 501 when a side is longer than JPEG allows, or the profile is too large for it;
 * 413 or 503 when there isn't enough memory.
 */
export function encodeJpeg(raster: Raster, options: JpegEncodeOptions = {}): Uint8Array {
  const { sampling = '4:2:0', profile, resolution, xmp } = options;
  const { memory, width, height } = raster;
  checkRaster(memory, raster);
  if (width > MAX_JPEG_SIDE || height > MAX_JPEG_SIDE) {
    throw new ImageServerError(
      501,
      `${width} × ${height} pixels do not fit into JPEG, whose sides have at most ${MAX_JPEG_SIDE}: ask for a smaller size`,
    );
  }
  const quality = jpegQuality(Math.max(1, Math.min(100, Math.round(options.quality ?? DEFAULT_JPEG_QUALITY))));
  const header = jpegHeader({ width, height, sampling, quality, profile, resolution, xmp });

  const mcuSize = sampling === '4:2:0' ? 16 : 8;
  const blocks = sampling === '4:2:0' ? 6 : sampling === '4:4:4' ? 3 : 1;
  const columns = Math.ceil(width / mcuSize);
  const rows = Math.ceil(height / mcuSize);
  const rowBytes = columns * blocks * MAX_BLOCK_BYTES + MAX_END_BYTES;
  const outputBytes = Math.max(rowBytes, Math.min(OUTPUT_BYTES, rowBytes * rows));
  const tables = HEAD_BYTES + BLOCKS_BYTES;
  const output = tables + CODER_TABLES.length;

  return memory.withScratch(output + outputBytes, (base) => {
    memory.view(base + tables, CODER_TABLES.length).set(quality.coder);
    const fields = new Int32Array(memory.wasm.memory.buffer, base, FIELDS);
    fields.set([raster.address, raster.stride, height, columns, rows, 0, mcuSize, sampling === 'grey' ? 1 : 3]);
    const order = ['lumaSteps', 'chromaSteps', 'lumaDc', 'chromaDc', 'lumaAc', 'chromaAc'] as const;
    fields.set(
      order.map((name) => base + tables + CODER_TABLES[name]),
      8,
    );
    fields.set([base + HEAD_BYTES, base + output, outputBytes, rowBytes, 0, 0, 0], 14);
    // Rows of a raster have room for whole MCUs: they begin at every 64 bytes.
    memory.wasm.jpegPad(raster.address, raster.stride, width, height, columns * mcuSize);
    const parts = [header];
    for (;;) {
      const coded = memory.view(base + output, memory.wasm.jpegEncode(base));
      if (fields[ROW] === rows) return concat([...parts, coded, END]);
      parts.push(coded.slice());
    }
  });
}
