import type { LibjpegTurbo } from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import type { Pixels } from './codec.ts';

const SUBSAMPLING_420 = 2;

/** The encoder's frame description holds 8 bits for the number of components and for the bits per sample. */
const MAX_COMPONENTS = 255;
const MAX_SAMPLE_BYTES = 31;

/**
 * Encodes as baseline JPEG, 4:2:0; grey as one component (but see `frameFor`), alpha dropped.
 * @throws when the encoder traps or refuses.
 */
export function compressJpeg(module: LibjpegTurbo, pixels: Pixels, quality: number): Uint8Array {
  const frame = frameFor(pixels);
  const encoder = new module.JPEGEncoder();
  try {
    copySamples(pixels, encoder.getDecodedBuffer(frame), frame.componentCount === 1 ? 1 : 3);
    encoder.setQuality(quality);
    encoder.setSubSampling(SUBSAMPLING_420);
    encoder.setProgressive(false);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

/**
 * The encoder makes its output buffer as large as its input buffer and then writes past the end of it where the JPEG
 * needs more, as small or noisy pictures do. It takes every number of components but 1 for RGB, and ignores
 * how many bits a sample has: both only make the buffers larger, so they are chosen to make them large enough.
 * A grey picture of a few dozen pixels can't be helped that way; it is encoded as RGB.
 */
function frameFor({ width, height, channels }: Pixels) {
  const pixelCount = width * height;
  if (channels <= 2) {
    const sampleBytes = Math.ceil(largestJpeg(width, height, 8, 2) / pixelCount);
    if (sampleBytes <= MAX_SAMPLE_BYTES) {
      return { width, height, componentCount: 1, bitsPerSample: 8 * sampleBytes, isSigned: false } as const;
    }
  }
  const pixelBytes = Math.ceil(largestJpeg(width, height, 16, 3) / pixelCount);
  const sampleBytes = Math.ceil(pixelBytes / MAX_COMPONENTS);
  const componentCount = Math.max(3, Math.ceil(pixelBytes / sampleBytes));
  return { width, height, componentCount, bitsPerSample: 8 * sampleBytes, isSigned: false } as const;
}

/** libjpeg-turbo's `tjBufSize`: blocks of `unit` pixels a side, `bytesPerPixel` in each at worst, and the header. */
function largestJpeg(width: number, height: number, unit: number, bytesPerPixel: number): number {
  return Math.ceil(width / unit) * Math.ceil(height / unit) * unit * unit * bytesPerPixel + 2048;
}

function copySamples({ width, height, channels, data }: Pixels, target: Uint8Array, components: 1 | 3): void {
  const end = width * height * channels;
  if (channels === components) {
    target.set(data.subarray(0, end));
  } else if (components === 1) {
    for (let from = 0, to = 0; from < end; from += channels, to++) target[to] = data[from] ?? 0;
  } else {
    const [green, blue] = channels <= 2 ? [0, 0] : [1, 2];
    for (let from = 0, to = 0; from < end; from += channels, to += 3) {
      target[to] = data[from] ?? 0;
      target[to + 1] = data[from + green] ?? 0;
      target[to + 2] = data[from + blue] ?? 0;
    }
  }
}
