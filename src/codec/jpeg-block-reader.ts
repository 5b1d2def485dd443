import { damaged, type ScanBits, type SymbolTable } from './jpeg-scan-bits.ts';

/** The quantised coefficients of one component, of whole MCUs. */
export interface CoefficientPlane {
  readonly h: number;
  readonly v: number;
  /** Blocks in a row, and rows; those of the picture alone, as scans of one component have them. */
  readonly columns: number;
  readonly shownColumns: number;
  readonly shownRows: number;
  /** 64 for each block, in zigzag order. */
  readonly values: Int16Array;
}

/** A scan's parameters (ISO/IEC 10918-1, sections B.2.3 and G.1.2). */
export interface Scan {
  readonly first: number;
  readonly last: number;
  /** Bits that are still missing below, and whether some came before. */
  readonly low: number;
  readonly refines: boolean;
}

/** A component of a scan. */
export interface ScanPlane {
  readonly plane: CoefficientPlane;
  readonly dc: SymbolTable | undefined;
  readonly ac: SymbolTable | undefined;
  /** DC value of the block before. */
  previous: number;
}

/**
 * Reads what a scan holds of one block after the other (sections F.2.2 and G.2).
 * @throws {ImageServerError} 502 for invalid data.
 */
export function blockReader(bits: ScanBits, { first, last, low, refines }: Scan, sequential: boolean) {
  /** Blocks that still end before they begin. */
  let ended = 0;

  function readDc(part: ScanPlane, at: number): void {
    const { values } = part.plane;
    if (refines) {
      values[at] = (values[at] ?? 0) | (bits.read(1) << low);
      return;
    }
    part.previous += bits.value(Math.min(16, bits.symbol(known(part.dc))));
    values[at] = part.previous << low;
  }

  function readAc({ plane: { values }, ac }: ScanPlane, at: number): void {
    for (let k = Math.max(1, first); k <= last; k++) {
      const symbol = bits.symbol(known(ac));
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run < 15) {
        ended = sequential ? 0 : (1 << run) - 1 + bits.read(run);
        return;
      }
      k += run;
      if (size > 0 && k <= last) values[at + k] = bits.value(size) << low;
    }
  }

  /** One more bit for those that have some already, and new ones between them. */
  function refineAc({ plane: { values }, ac }: ScanPlane, at: number): void {
    const step = 1 << low;
    let k = first;
    const refine = (place: number, value: number) => {
      if (bits.read(1) && (value & step) === 0) values[place] = value + (value > 0 ? step : -step);
    };
    if (ended === 0) {
      for (; k <= last; k++) {
        const symbol = bits.symbol(known(ac));
        let run = symbol >> 4;
        let fresh = 0;
        if ((symbol & 15) > 0) fresh = bits.read(1) ? step : -step;
        else if (run < 15) {
          ended = (1 << run) + bits.read(run);
          break;
        }
        for (; k <= last; k++) {
          const value = values[at + k] ?? 0;
          if (value !== 0) refine(at + k, value);
          else if (--run < 0) break;
        }
        if (fresh !== 0 && k <= last) values[at + k] = fresh;
      }
    }
    if (ended === 0) return;
    for (; k <= last; k++) if (values[at + k]) refine(at + k, values[at + k] ?? 0);
    ended--;
  }

  return {
    reset() {
      ended = 0;
    },
    read(part: ScanPlane, at: number) {
      if (first === 0) readDc(part, at);
      if (last === 0) return;
      if (refines) refineAc(part, at);
      else if (ended > 0) ended--;
      else readAc(part, at);
    },
  };
}

function known(table: SymbolTable | undefined): SymbolTable {
  if (table === undefined) throw damaged();
  return table;
}
