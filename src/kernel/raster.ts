import { ALIGNMENT } from './allocator.ts';
import { checkRect, checkSize, fullRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';

/** Straight (not premultiplied) colour, 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Pixels in the kernel's memory: RGBA8, straight alpha. Its owner frees it, exactly when it is no longer needed. */
export class Raster {
  readonly width: number;
  readonly height: number;
  /** For the kernel's own modules and codecs on the same memory: first byte of the first row. */
  readonly address: number;
  /** Bytes from row to row, a multiple of 64; what lies between the rows may be overwritten. */
  readonly stride: number;
  readonly memory: KernelMemory;
  #opaque: boolean | undefined;
  #alive = true;

  /**
   * Reserves memory and leaves its content as it is.
   * @throws {ImageServerError} 413 or 503 as `KernelMemory.allocate`.
   */
  constructor(memory: KernelMemory, width: number, height: number) {
    checkSize(width, height);
    this.memory = memory;
    this.width = width;
    this.height = height;
    this.stride = strideOf(width);
    // One row more than there are: taps come in pairs, and the second of the last pair, of weight 0, is read too.
    this.address = memory.allocate(this.stride * (height + 1));
    memory.liveRasters += 1;
  }

  /** Whether every alpha is 255. Found out by looking when it isn't known. */
  get opaque(): boolean {
    this.#opaque ??= this.memory.wasm.isOpaque(this.address, this.stride, this.width, this.height) !== 0;
    return this.#opaque;
  }

  /** Notes what an operation that wrote this raster knows of its alpha; undefined when it knows nothing. */
  setOpaque(opaque: boolean | undefined): void {
    this.#opaque = opaque;
  }

  /** Whether pixels that are opaque can be added without looking at the whole again. */
  get knownOpaque(): boolean {
    return this.#opaque === true;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Gives the memory back. A second call does nothing. */
  free(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.memory.liveRasters -= 1;
    this.memory.free(this.address);
  }
}

/** @throws {RangeError} when the raster was freed or lies in another kernel's memory. */
export function checkRaster(memory: KernelMemory, raster: Raster): void {
  if (raster.memory !== memory) throw new RangeError('The raster lies in the memory of another kernel');
  if (!raster.alive) throw new RangeError('The raster was freed');
}

/** A raster filled with one colour; transparent black without one. */
export function filledRaster(memory: KernelMemory, width: number, height: number, colour: Rgb | undefined): Raster {
  const pixel = pixelOf(colour);
  const raster = new Raster(memory, width, height);
  fillRows(raster, fullRect(raster), pixel);
  raster.setOpaque(colour !== undefined);
  return raster;
}

/** Fills a part of a raster, in whole pixels, with one colour; with transparent black without one. */
export function fill(memory: KernelMemory, raster: Raster, rect: Rect, colour: Rgb | undefined): void {
  checkRaster(memory, raster);
  checkRect(rect, raster.width, raster.height);
  fillRows(raster, rect, pixelOf(colour));
  if (colour === undefined || !raster.knownOpaque) raster.setOpaque(undefined);
}

function fillRows({ memory, address, stride }: Raster, { x, y, width, height }: Rect, pixel: number): void {
  const pixels = new Uint32Array(memory.wasm.memory.buffer);
  for (let row = y; row < y + height; row++) {
    const start = (address + row * stride) / 4 + x;
    pixels.fill(pixel, start, start + width);
  }
}

/** RGBA8 read as one number. */
function pixelOf(colour: Rgb | undefined): number {
  return colour === undefined ? 0 : (0xff000000 | packRgb(colour)) >>> 0;
}

/** 0x00BBGGRR: the byte order of RGBA8 read as one number. */
export function packRgb(colour: Rgb): number {
  for (const value of colour) {
    if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError(`${colour} is no colour of 0–255`);
  }
  const [red, green, blue] = colour;
  return red | (green << 8) | (blue << 16);
}

/**
 * An odd number of cache lines: where rows are a multiple of 4096 bytes apart they all fall into one set of the
 * first-level cache, and resampling 2048² takes four times as long.
 */
function strideOf(width: number): number {
  return (Math.ceil((width * 4) / ALIGNMENT) | 1) * ALIGNMENT;
}
