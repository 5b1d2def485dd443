import { ImageServerError } from '../errors.ts';
import { Allocator } from './allocator.ts';
import type { KernelExports } from './wasm.ts';

/** Default of `KernelOptions.memoryLimit`: two rasters of 64 megapixels, a source and its result. */
export const DEFAULT_MEMORY_LIMIT = 512 * 1024 * 1024;

/** Offsets within the kernel are signed 32-bit numbers. */
const LARGEST_MEMORY_LIMIT = 2 ** 31 - 65536;

/** Loops read or write past the end of a buffer by less than this. */
const SLACK = 64;

/** Data enters and leaves in bands of about this size, so that staging stays small and in the second-level cache. */
const BAND_BYTES = 512 * 1024;

const PAGE = 65536;
const MEBIBYTE = 1024 * 1024;

/** The kernel's one linear memory: who has which part of it, and how large it may grow. */
export class KernelMemory {
  readonly wasm: KernelExports;
  readonly limit: number;
  liveRasters = 0;
  readonly #allocator: Allocator;

  constructor(wasm: KernelExports, limit: number) {
    if (!(limit >= PAGE && limit <= LARGEST_MEMORY_LIMIT)) {
      throw new RangeError(`memoryLimit is ${limit}, it must be between ${PAGE} and ${LARGEST_MEMORY_LIMIT} bytes`);
    }
    this.wasm = wasm;
    this.limit = limit;
    this.#allocator = new Allocator(wasm.heapBase());
  }

  /** Bytes the linear memory has grown to; it never shrinks. */
  get bytes(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  /**
   * Reserves `bytes` bytes and some readable slack behind them. Growing detaches every view made before.
   * @throws {ImageServerError} 413 when that would exceed the limit, 503 when the device has no more memory.
   */
  allocate(bytes: number): number {
    const end = this.#allocator.topAfter(bytes + SLACK);
    if (end > this.limit) {
      throw new ImageServerError(
        413,
        `The request needs ${mebibytes(end)} MiB of memory for pixels, the limit is ${mebibytes(this.limit)} MiB: ask for a smaller region or size`,
      );
    }
    if (end > this.bytes) this.#grow(end);
    return this.#allocator.allocate(bytes + SLACK);
  }

  free(address: number): void {
    this.#allocator.free(address);
  }

  /** The bytes at an address, valid until the next allocation. */
  view(address: number, length: number): Uint8Array {
    return new Uint8Array(this.wasm.memory.buffer, address, length);
  }

  /** Runs `work` with a buffer that is given back afterwards. */
  withScratch<T>(bytes: number, work: (address: number) => T): T {
    const address = this.allocate(bytes);
    try {
      return work(address);
    } finally {
      this.free(address);
    }
  }

  /** Runs `work` once per band of rows, with a scratch buffer that holds `rowBytes` for each row of the band. */
  inBands(rowBytes: number, rows: number, work: (address: number, first: number, count: number) => void): void {
    const most = Math.min(rows, Math.max(1, Math.floor(BAND_BYTES / rowBytes)));
    this.withScratch(rowBytes * most, (address) => {
      for (let first = 0; first < rows; first += most) work(address, first, Math.min(most, rows - first));
    });
  }

  #grow(end: number): void {
    const wanted = Math.min(Math.ceil(end / MEBIBYTE) * MEBIBYTE, Math.floor(this.limit / PAGE) * PAGE);
    const pages = Math.ceil((Math.max(wanted, end) - this.bytes) / PAGE);
    try {
      this.wasm.memory.grow(pages);
    } catch (cause) {
      throw new ImageServerError(
        503,
        `The request needs ${mebibytes(end)} MiB of memory for pixels and the device has no more: ask for a smaller region or size, or try again later`,
        { cause },
      );
    }
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / MEBIBYTE);
}
