import { ImageServerError } from '../errors.ts';
import type { SamplesEncoding } from '../image/image.ts';
import { hasAscii } from './bytes.ts';
import type { WasmLoader } from './codec.ts';
import { inflateAtMost } from './inflate.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { instantiateLerc, type LercInfo } from './lerc-wasm.ts';
import { WasmInstance } from './loader.ts';
import type { ZstdDecoder } from './zstd.ts';

/** Undoes LERC (Limited Error Raster Compression), as libtiff stores it. Its WASM is loaded on first use. */
export interface LercDecoder {
  /**
   * To samples of the machine's byte order, little-endian, without predictor.
   * @throws {ImageServerError} 502 when the data is damaged or isn't what the file says, 503 when the codec can't be loaded.
   */
  decode(bytes: Uint8Array, wanted: LercWanted): Promise<Uint8Array>;
}

export interface LercWanted {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel in this part. */
  readonly samples: number;
  readonly encoding: SamplesEncoding;
}

/** `type` of `LercInfo`. */
const TYPES: Readonly<Record<string, number>> = {
  signed8: 0,
  unsigned8: 1,
  signed16: 2,
  unsigned16: 3,
  signed32: 4,
  unsigned32: 5,
  float32: 6,
};

/** A blob is hardly longer than its samples, plus its header, mask and tables: libtiff allows as much. */
const MOST_OVERHEAD = 4096;

const DAMAGED = {
  status: 502,
  message: 'The stored LERC data is damaged and can not be decoded: check the file, or store it again',
};

export function createLercDecoder(wasm: WasmLoader, zstd: ZstdDecoder, kept?: KeptHeaps): LercDecoder {
  const decoder = new WasmInstance(wasm, 'lerc', instantiateLerc, kept);
  return {
    async decode(bytes, wanted) {
      const { width, height, samples, encoding } = wanted;
      const valueBytes = encoding.bitsPerSample / 8;
      const length = width * height * samples * valueBytes;
      const blob = await uncompressed(bytes, length + (length >> 1) + MOST_OVERHEAD, zstd);
      return decoder.run(DAMAGED, (lerc) => {
        const info = lerc.info(blob);
        assertFits(info, wanted);
        if (info.valid === 0) return invisible(new Uint8Array(length), encoding);
        const { values, mask } = lerc.decode(blob, info, valueBytes);
        return arranged(values, mask, info, wanted);
      });
    },
  };
}

/** libtiff may compress the blob once more, and says so in a tag; the blob's own first bytes say it too. */
async function uncompressed(bytes: Uint8Array, limit: number, zstd: ZstdDecoder): Promise<Uint8Array> {
  if (hasAscii(bytes, 0, 'Lerc') || hasAscii(bytes, 0, 'CntZImage')) return bytes;
  return bytes[0] === 0x28 && bytes[1] === 0xb5 ? zstd.decode(bytes, limit) : inflateAtMost(bytes, limit);
}

function assertFits(info: LercInfo, { width, height, samples, encoding }: LercWanted): void {
  const { bitsPerSample, format = 'unsigned' } = encoding;
  const sizes = info.width === width && info.height === height;
  const type = info.type === TYPES[`${format}${bitsPerSample}`];
  // Alpha of 0 and 255 alone is kept as the mask.
  const all = info.depth * info.bands;
  if (sizes && type && (all === samples || (all === samples - 1 && isMaskedAlpha(info, encoding)))) return;
  throw new ImageServerError(
    502,
    `The file says that its tiles are ${width} × ${height} pixels of ${samples} ${format} samples of ${bitsPerSample} bits, a LERC tile is ` +
      `${info.width} × ${info.height} of ${all}, of type ${info.type}: the file is damaged`,
  );
}

function isMaskedAlpha({ masks, bands }: LercInfo, { alpha, bitsPerSample }: SamplesEncoding): boolean {
  return masks <= 1 && bands === 1 && alpha === 'unassociated' && bitsPerSample === 8;
}

/** Values side by side for each pixel; those without are 0, as floats not a number. */
function arranged(values: Uint8Array, mask: Uint8Array, info: LercInfo, wanted: LercWanted): Uint8Array {
  const { samples, encoding } = wanted;
  const { depth, bands, masks } = info;
  const pixels = info.width * info.height;
  const size = encoding.bitsPerSample / 8;
  const hidden = encoding.format === 'float';
  if (bands === 1 && depth === samples && !(hidden && masks > 0)) return values;
  const output = new Uint8Array(pixels * samples * size).fill(255);
  for (let band = 0; band < bands; band++) {
    const bandMask = masks === 0 ? undefined : mask.subarray((masks === 1 ? 0 : band) * pixels);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const from = (band * pixels + pixel) * depth * size;
      const to = (pixel * samples + band * depth) * size;
      const shown = bandMask === undefined || bandMask[pixel] !== 0;
      // All bits set are no number.
      if (shown || !hidden) for (let i = 0; i < depth * size; i++) output[to + i] = values[from + i] ?? 0;
      if (depth < samples && bands === 1 && !shown) output[to + depth * size] = 0;
    }
  }
  return output;
}

function invisible(values: Uint8Array, { format }: SamplesEncoding): Uint8Array {
  return format === 'float' ? values.fill(255) : values;
}
