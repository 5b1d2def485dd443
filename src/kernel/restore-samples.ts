import type { KernelMemory } from './memory.ts';
import { isWindowed, naturalWindow, type SampleLayout, type SampleWindow } from './sample-layout.ts';

/** Rows of samples in the kernel's memory, without padding; where they are to be changed in place. */
export interface SampleRows {
  readonly address: number;
  readonly rowBytes: number;
  readonly rows: number;
  /** Samples from pixel to pixel. */
  readonly distance: number;
  /** Which sample of a pixel the first one is: not 0 where samples are stored as planes. */
  readonly firstSample: number;
}

/** Kinds of samples for `narrowWindow`, by format and bits. */
const WINDOW_KINDS: Readonly<Record<string, number>> = {
  unsigned16: 0,
  signed16: 1,
  unsigned32: 2,
  signed32: 3,
  float16: 4,
  float24: 5,
  float32: 6,
};

/** Samples that one entry of the table of windows covers, and bytes of the entry: a minimum and a scale for each. */
const WINDOW_SAMPLES = 4;
const WINDOW_BYTES = 64;

/** Whether samples become 16 bit, not 8: their colour is divided by alpha first. */
export function staysWide({ bitsPerSample, alpha }: SampleLayout): boolean {
  return bitsPerSample >= 16 && alpha?.associated === true;
}

/** Byte order and predictor undone, and the samples made 8 bit, or 16 if `staysWide`; all in place. From 8 bits on. */
export function restoreSamples(memory: KernelMemory, samples: SampleRows, layout: SampleLayout): void {
  const { wasm } = memory;
  const { address, rowBytes, rows, distance } = samples;
  const { bitsPerSample, predictor } = layout;
  const count = (rowBytes / (bitsPerSample / 8)) * rows;
  if (predictor === 'floating') {
    wasm.unpredict8(address, rowBytes, rows, distance);
    memory.withScratch(rowBytes, (row) => wasm.joinBytes(address, rowBytes, rows, bitsPerSample / 8, row));
  } else {
    if (!layout.littleEndian) swap(memory, address, count, bitsPerSample);
    if (predictor === 'horizontal') {
      if (bitsPerSample === 8) wasm.unpredict8(address, rowBytes, rows, distance);
      else if (bitsPerSample === 16) wasm.unpredict16(address, rowBytes, rows, distance);
      else wasm.unpredict32(address, rowBytes, rows, distance);
    }
  }
  if (isWindowed(layout)) narrowWindow(memory, samples, count, layout);
  else if (bitsPerSample === 16 && !staysWide(layout)) wasm.narrow16(address, count);
}

function swap({ wasm }: KernelMemory, address: number, count: number, bits: number): void {
  if (bits === 16) wasm.swap16(address, count);
  else if (bits === 24) wasm.swap24(address, count);
  else if (bits === 32) wasm.swap32(address, count);
}

function narrowWindow(memory: KernelMemory, samples: SampleRows, count: number, layout: SampleLayout): void {
  const { address, distance, firstSample } = samples;
  const { alpha, bitsPerSample, format = 'unsigned' } = layout;
  const natural = naturalWindow(layout);
  const colour = layout.window ?? natural;
  const windowOf = (sample: number) => (sample === alpha?.sample ? natural : colour);
  // The windows repeat after as many entries as a pixel has samples; rows are whole pixels, so they stay in step.
  const windows = Array.from({ length: distance * WINDOW_SAMPLES }, (_, index) =>
    windowOf(firstSample + (index % distance)),
  );
  const wide = staysWide(layout);
  const table = windowTable(windows, wide ? 65535 : 255);
  memory.withScratch(table.length, (to) => {
    memory.view(to, table.length).set(table);
    const kind = WINDOW_KINDS[`${format}${bitsPerSample}`] ?? 0;
    memory.wasm.narrowWindow(address, count, kind, to, to + table.length, wide ? 1 : 0);
  });
}

function windowTable(windows: readonly SampleWindow[], largest: number): Uint8Array {
  const table = new Float64Array((windows.length / WINDOW_SAMPLES) * (WINDOW_BYTES / 8));
  windows.forEach(({ min, max }, index) => {
    const lane = Math.floor(index / WINDOW_SAMPLES) * (WINDOW_BYTES / 8) + (index % WINDOW_SAMPLES);
    table[lane] = min;
    table[lane + WINDOW_SAMPLES] = largest / (max - min);
  });
  return new Uint8Array(table.buffer);
}
