import { ImageServerError } from '../errors.ts';
import { type BaselineJpeg, coloursOf, type JpegContext } from './jpeg-baseline.ts';
import type { CoefficientPlane } from './jpeg-block-reader.ts';
import { readCoefficients } from './jpeg-coefficients.ts';
import { headerSegments, jpegFrame } from './jpeg-frame.ts';
import { decoderTable, encoderTable } from './jpeg-huffman.ts';
import { damaged } from './jpeg-scan-bits.ts';
import { LUMA_AC, LUMA_DC } from './jpeg-standard-tables.ts';

/** What the tables of annex K have codes for; 8-bit pictures give no more. */
const LARGEST_AC = 1023;
const LARGEST_DC = 2047;

/**
 * Makes a baseline JPEG of a progressive one, or of one with several scans: the same coefficients in one scan. It is for
 * pictures of four inks, which the decoder for all other unusual ones doesn't know.
 * @throws {ImageServerError} 502 when it is damaged, 501 for what isn't read even so.
 */
export function toSequential(bytes: Uint8Array, context: JpegContext): BaselineJpeg {
  const segments = headerSegments(bytes);
  const { process, coding, precision, components } = jpegFrame(bytes, segments);
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const readable = ['baseline', 'extended', 'progressive'].includes(process) && coding === 'huffman' && precision === 8;
  if (!readable || components.some(({ h, v }) => most.h % h !== 0 || most.v % v !== 0)) {
    throw new ImageServerError(
      501,
      `The picture is stored as ${precision}-bit ${process} JPEG (${coding}) of ${components.length} components, which is not supported: store it as baseline JPEG, 8 bits per sample`,
    );
  }
  const { frame, columns, rows, planes, tables } = readCoefficients(bytes, context.tables);
  const [dc, ac] = [decoderTable(LUMA_DC, 'dc'), decoderTable(LUMA_AC, 'ac')];
  const told =
    context.colour === undefined ? coloursOf(bytes, frame, segments) : { ...context, colour: context.colour };
  return {
    kind: 'baseline',
    width: frame.width,
    height: frame.height,
    colour: told.colour,
    inverted: told.inverted === true,
    components: frame.components.map(({ h, v, quantisation: number }) => {
      const quantisation = tables.quantisation.get(number);
      if (!quantisation) throw damaged();
      return { across: h, down: v, quantisation, dc, ac };
    }),
    restartInterval: 0,
    data: writeScan(planes, columns, rows),
  };
}

/** Entropy-coded data of one scan (ISO/IEC 10918-1, section F.1.2). */
function writeScan(planes: readonly CoefficientPlane[], columns: number, rows: number): Uint8Array {
  const [dc, ac] = [encoderTable(LUMA_DC), encoderTable(LUMA_AC)];
  let output = new Uint8Array(1 << 16);
  let length = 0;
  let bits = 0;
  let count = 0;
  const put = (value: number, size: number) => {
    bits = (bits << size) | value;
    count += size;
    for (; count >= 8; count -= 8) {
      const byte = (bits >>> (count - 8)) & 255;
      output[length++] = byte;
      if (byte === 255) output[length++] = 0;
    }
  };
  const putValue = (table: Uint32Array, run: number, value: number) => {
    const size = 32 - Math.clz32(Math.abs(value));
    const entry = table[(run << 4) | size] ?? 0;
    // The code, with room for the value behind it.
    put(entry >>> (5 + size), (entry & 31) - size);
    put((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
  };
  const previous = planes.map(() => 0);
  for (let mcu = 0; mcu < columns * rows; mcu++) {
    for (const [index, { h, v, columns: stride, values }] of planes.entries()) {
      for (let i = 0; i < h * v; i++) {
        const row = Math.floor(mcu / columns) * v + Math.floor(i / h);
        const at = (row * stride + (mcu % columns) * h + (i % h)) * 64;
        // A block has 64 values of at most 26 bits, each byte of which may be stuffed.
        if (length + 512 > output.length) output = grown(output);
        const value = values[at] ?? 0;
        putValue(dc, 0, limited(value - (previous[index] ?? 0), LARGEST_DC));
        previous[index] = value;
        let run = 0;
        for (let k = 1; k < 64; k++) {
          const coefficient = values[at + k] ?? 0;
          if (coefficient === 0) {
            run++;
            continue;
          }
          for (; run > 15; run -= 16) putValue(ac, 15, 0);
          putValue(ac, run, limited(coefficient, LARGEST_AC));
          run = 0;
        }
        if (run > 0) putValue(ac, 0, 0);
      }
    }
  }
  if (count > 0) put((1 << (8 - count)) - 1, 8 - count);
  return output.subarray(0, length);
}

function limited(value: number, largest: number): number {
  return Math.max(-largest, Math.min(largest, value));
}

function grown(output: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(output.length * 2);
  larger.set(output);
  return larger;
}
