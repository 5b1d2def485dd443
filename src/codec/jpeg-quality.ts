import { encoderTable } from './jpeg-huffman.ts';
import { CHROMA_AC, CHROMA_DC, CHROMA_STEPS, LUMA_AC, LUMA_DC, LUMA_STEPS, ZIGZAG } from './jpeg-standard-tables.ts';

/** What encoding at one quality needs. */
export interface JpegQuality {
  /** Steps by rows, 1–255. */
  readonly luma: Uint8Array;
  readonly chroma: Uint8Array;
  /** What `jpegEncode` reads, in the order of `CODER_TABLES`. */
  readonly coder: Uint8Array;
}

/** Offsets in `JpegQuality.coder`, in bytes. */
export const CODER_TABLES = {
  lumaSteps: 0,
  chromaSteps: 128,
  lumaDc: 256,
  chromaDc: 1280,
  lumaAc: 2304,
  chromaAc: 3328,
  length: 4352,
} as const;

/** The scale factors that the DCT of Arai, Agui and Nakajima leaves on frequency 0 … 7. */
const FACTORS = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379];

const remembered = new Map<number, JpegQuality>();

/** Tables for a quality, 1–100, with libjpeg's scaling of annex K. There are 100 of 5 KB at most, so they are kept. */
export function jpegQuality(quality: number): JpegQuality {
  const known = remembered.get(quality);
  if (known !== undefined) return known;
  const luma = scaled(LUMA_STEPS, quality);
  const chroma = scaled(CHROMA_STEPS, quality);
  const coder = new Uint8Array(CODER_TABLES.length);
  new Int16Array(coder.buffer, CODER_TABLES.lumaSteps, 64).set(reciprocals(luma));
  new Int16Array(coder.buffer, CODER_TABLES.chromaSteps, 64).set(reciprocals(chroma));
  new Uint32Array(coder.buffer, CODER_TABLES.lumaDc, 256).set(encoderTable(LUMA_DC));
  new Uint32Array(coder.buffer, CODER_TABLES.chromaDc, 256).set(encoderTable(CHROMA_DC));
  new Uint32Array(coder.buffer, CODER_TABLES.lumaAc, 256).set(encoderTable(LUMA_AC));
  new Uint32Array(coder.buffer, CODER_TABLES.chromaAc, 256).set(encoderTable(CHROMA_AC));
  const made = { luma, chroma, coder };
  remembered.set(quality, made);
  return made;
}

function scaled(steps: readonly number[], quality: number): Uint8Array {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Uint8Array.from(steps, (step) => Math.max(1, Math.min(255, Math.floor((step * percent + 50) / 100))));
}

/** 2¹⁵ / (step · 8 · factors), in the order of the transposed block; half of that in its last column. */
function reciprocals(steps: Uint8Array): Int16Array {
  return Int16Array.from({ length: 64 }, (_, i) => {
    const [column, row] = [i >> 3, i & 7];
    const factor = (column === 7 ? 16 : 8) * (FACTORS[column] ?? 1) * (FACTORS[row] ?? 1);
    return Math.round(32_768 / ((steps[row * 8 + column] ?? 1) * factor));
  });
}

/** Steps as a DQT segment holds them. */
export function zigzag(steps: Uint8Array): Uint8Array {
  return Uint8Array.from(ZIGZAG, (place) => steps[place] ?? 1);
}
