import { bitsAt, type EntropyData } from './jpeg-crop-data.ts';
import { END_OF_BLOCK, entryAt, type HuffmanCodes, type HuffmanWalk } from './jpeg-crop-huffman.ts';
import type { McuBlock } from './jpeg-crop-scan.ts';
import type { BitWriter } from './jpeg-crop-writer.ts';

/** What of a scan is there, and what of it is kept, in MCUs. */
export interface McuGrid {
  readonly columns: number;
  readonly keptColumns: number;
  readonly keptRows: number;
  /** 0: none. */
  readonly restartInterval: number;
}

/** Past the end of any data: the longest that is read has half as many bits. */
const DAMAGED = 2 ** 30;

/**
 * Copies the top-left MCUs of a scan, without restart markers. Their bits are copied as they are but for the DC
 * coefficients whose predecessor changes, because MCUs between them are dropped or because a restart stood there.
 * Walks no further than the last MCU kept. Returns false where the data is damaged or a difference has no code.
 */
export function copyMcus(data: EntropyData, mcu: readonly McuBlock[], grid: McuGrid, writer: BitWriter): boolean {
  const { bits, ends } = data;
  const { columns, keptColumns, keptRows, restartInterval } = grid;
  /** Each component's last DC coefficient: read, and written. */
  const read = new Int32Array(mcu.length);
  const written = new Int32Array(mcu.length);
  let interval = 0;
  let end = ends[0] ?? 0;
  let untilRestart = restartInterval || Number.POSITIVE_INFINITY;
  let at = 0;
  /** Where the bits begin that go over as they are; -1 while nothing is copied. */
  let run = -1;

  for (let row = 0; row < keptRows; row++) {
    for (let column = 0; column < columns; column++) {
      const kept = column < keptColumns;
      if (run >= 0 && (!kept || untilRestart === 0)) {
        writer.copy(bits, run, at);
        written.set(read);
        run = -1;
      }
      if (!kept && row === keptRows - 1) break;
      if (untilRestart === 0) {
        // More than what fills the last byte up: the interval has more MCUs than it should.
        if (end - at >= 8) return false;
        at = end;
        end = ends[++interval] ?? 0;
        read.fill(0);
        untilRestart = restartInterval;
      }
      untilRestart--;
      const continues = run >= 0;
      for (const { component, first, dc, ac, dcCodes } of mcu) {
        const begin = at;
        const entry = entryAt(bits, at, dc);
        if (entry === 0) return false;
        at += entry & 31;
        const category = entry >> 5;
        const value = (read[component] ?? 0) + difference(bitsAt(bits, at, category), category);
        at += category;
        read[component] = value;
        if (kept && first && !continues) {
          if (run >= 0) writer.copy(bits, run, begin);
          if (!putDifference(writer, value - (written[component] ?? 0), dcCodes)) return false;
          run = at;
        }
        at = skipCoefficients(bits, at, ac);
        if (at > end) return false;
      }
    }
  }
  if (run >= 0) writer.copy(bits, run, at);
  return true;
}

/** Where the block's AC coefficients, which begin at bit `at`, end. */
function skipCoefficients(bits: DataView, at: number, table: HuffmanWalk): number {
  let index = 1;
  do {
    const entry = entryAt(bits, at, table);
    if (entry === 0) return DAMAGED;
    at += entry & 31;
    index += entry >> 5;
  } while (index < 64);
  return index === 64 || index > END_OF_BLOCK ? at : DAMAGED;
}

/** A difference from its bits (section F.1.2.1.1): negative ones are written as themselves less one. */
function difference(value: number, category: number): number {
  return category > 0 && value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
}

function putDifference(writer: BitWriter, value: number, codes: HuffmanCodes): boolean {
  const category = 32 - Math.clz32(Math.abs(value));
  const code = codes[category];
  if (!code) return false;
  writer.put(code & 0xffff, code >> 16);
  writer.put((value < 0 ? value - 1 : value) & ((1 << category) - 1), category);
  return true;
}
