import { ImageServerError } from '../errors.ts';
import { CcittLines } from './ccitt-lines.ts';

export interface CcittOptions {
  readonly width: number;
  readonly height: number;
  /** TIFF compressions 2 (lines of their own, each from a whole byte on), 3 (ITU-T T.4) and 4 (T.6). */
  readonly scheme: 'ccitt-rle' | 'ccitt-g3' | 'ccitt-g4';
  /** T4Options: bit 0, lines may be coded by the one before. */
  readonly t4Options?: number | undefined;
}

/**
 * A damaged line of T.4 is shown as the one before, as fax machines do; the next ones are found by their marks. With
 * more than this share of them, the data is something else.
 */
const MOST_DAMAGED = 0.5;

/**
 * Decodes bilevel fax data (TIFF 6.0, sections 10 and 11) to rows of whole bytes, highest bit first; white is 0.
 * Lines that an end mark leaves out are white.
 * @throws {ImageServerError} 502 when the data is damaged or ends early.
 */
export function decodeCcitt(bytes: Uint8Array, { width, height, scheme, t4Options = 0 }: CcittOptions): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  const output = new Uint8Array(rowBytes * height);
  const lines = new CcittLines(bytes, output, width);
  const twoDimensional = scheme === 'ccitt-g4' || (t4Options & 1) !== 0;
  let inSync = true;
  let damaged = 0;
  for (let row = 0; row < height; row++) {
    let coded = twoDimensional;
    if (scheme === 'ccitt-rle') {
      lines.alignToByte();
    } else if (scheme === 'ccitt-g4') {
      if (lines.skipMark()) return output;
    } else {
      const marked = inSync ? lines.skipMark() : lines.findMark();
      if (!inSync && !marked) throw failure(bytes, row, height);
      if (twoDimensional && marked) coded = lines.readBit() === 0;
      // Two marks in succession end the page.
      if (marked && lines.skipMark()) return output;
      // What a line is coded by must be whole.
      inSync = !coded || inSync;
    }
    const whole = inSync && lines.readLine(row * rowBytes * 8, coded);
    if (lines.isExhausted) throw failure(bytes, row, height);
    if (whole) continue;
    damaged++;
    if (scheme !== 'ccitt-g3' || damaged > MOST_DAMAGED * height) throw failure(bytes, row, height);
    inSync = false;
    if (row > 0) output.copyWithin(row * rowBytes, (row - 1) * rowBytes, row * rowBytes);
    else output.fill(0, 0, rowBytes);
  }
  return output;
}

function failure(bytes: Uint8Array, row: number, height: number): ImageServerError {
  return new ImageServerError(
    502,
    `The stored fax data (CCITT, ${bytes.length} bytes) is damaged or ends early: ${row} of ${height} lines could be read. Check the file, or store it again`,
  );
}
