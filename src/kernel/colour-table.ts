import { checkRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';

/** A colour transform to sRGB, sampled at evenly spaced input values. */
export interface ColourTable {
  /** 3: R, G, B or whatever stands in their places. 4: C, M, Y, K or the like, in the places of R, G, B, A. */
  readonly inputs: 3 | 4;
  /** Nodes along each axis: 17 or 33 of three inputs, 9 or 17 of four are usual. */
  readonly grid: number;
  /**
   * R, G, B for each of `grid`^`inputs` nodes; 0–255, or 0–65535. The first input varies slowest, the last one fastest,
   * as in the tables of ICC profiles.
   */
  readonly nodes: Uint8Array | Uint16Array;
}

/** A table as the kernel needs it: 8 bytes a node, made once by `prepareTable`. */
export interface PreparedTable {
  readonly inputs: 3 | 4;
  readonly grid: number;
  /** R, G, B, 0 a node, 255 is `NODE_ONE`; of four inputs in the order 4, 1, 2, 3. */
  readonly nodes: Int16Array;
}

/** The finest that is of use: 2.2 MB each, which still fits a phone's second-level cache partly. */
const LARGEST_GRID = { 3: 65, 4: 23 } as const;

/** A node's 255: 7 fractional bits. */
const NODE_ONE = 255 * 128;

/** Sum of the weights of two neighbouring nodes. */
const WEIGHT_ONE = 16384;

/**
 * Brings a table into the kernel's form; some milliseconds for the largest, so keep it with the profile.
 * @throws {RangeError} when grid and number of nodes don't fit.
 */
export function prepareTable({ inputs, grid, nodes }: ColourTable): PreparedTable {
  const count = nodeCount(inputs, grid);
  if (nodes.length !== count * 3) {
    throw new RangeError(`${nodes.length} values can't fill ${grid}^${inputs} nodes of 3`);
  }
  const scale = NODE_ONE / (nodes instanceof Uint8Array ? 255 : 65535);
  const prepared = new Int16Array(count * 4);
  // The kernel walks along the third axis and picks among fourths: K, the fastest one in profiles, moves to the front.
  const fourth = inputs === 4 ? grid : 1;
  const others = count / fourth;
  for (let node = 0; node < count; node++) {
    const to = ((node % fourth) * others + Math.floor(node / fourth)) * 4;
    for (let channel = 0; channel < 3; channel++) {
      prepared[to + channel] = Math.round((nodes[node * 3 + channel] ?? 0) * scale);
    }
  }
  return { inputs, grid, nodes: prepared };
}

/**
 * Converts a part of a raster, in whole pixels, by a table, in place, linearly between its nodes. Of three inputs alpha
 * is kept; of four the result is opaque.
 */
export function applyTable(memory: KernelMemory, raster: Raster, table: PreparedTable, rect: Rect): void {
  const { inputs, grid, nodes } = table;
  checkRaster(memory, raster);
  checkRect(rect, raster.width, raster.height);
  const count = nodeCount(inputs, grid);
  if (nodes.length !== count * 4)
    throw new RangeError(`${nodes.length} numbers are no table of ${grid}^${inputs} nodes`);
  const { address, stride } = raster;
  const from = address + rect.y * stride + rect.x * 4;
  const axes = axisEntries(inputs, grid);
  memory.withScratch(axes.byteLength + nodes.byteLength, (to) => {
    const nodesAt = to + axes.byteLength;
    memory.view(to, axes.byteLength).set(new Uint8Array(axes.buffer));
    memory.view(nodesAt, nodes.byteLength).set(new Uint8Array(nodes.buffer, nodes.byteOffset, nodes.byteLength));
    const apply = inputs === 3 ? memory.wasm.applyTable3 : memory.wasm.applyTable4;
    apply(from, stride, rect.width, rect.height, to, nodesAt, grid);
  });
  const whole = rect.width === raster.width && rect.height === raster.height;
  if (inputs === 4) raster.setOpaque(whole ? true : undefined);
}

/** Where each of 256 values lies on each axis: weights of the lower and upper node, offset of the lower, and a 0. */
function axisEntries(inputs: 3 | 4, grid: number): Int32Array {
  const strides = [grid * grid, grid, 1, grid ** 3].slice(0, inputs);
  const entries = new Int32Array(inputs * 256 * 4);
  strides.forEach((stride, axis) => {
    for (let value = 0; value < 256; value++) {
      const position = (value * (grid - 1)) / 255;
      const lower = Math.min(Math.floor(position), grid - 2);
      const weight = Math.round((position - lower) * WEIGHT_ONE);
      entries.set([WEIGHT_ONE - weight, weight, lower * stride * 8], (axis * 256 + value) * 4);
    }
  });
  return entries;
}

function nodeCount(inputs: 3 | 4, grid: number): number {
  const largest = inputs === 3 || inputs === 4 ? LARGEST_GRID[inputs] : 0;
  if (!Number.isInteger(grid) || grid < 2 || grid > largest) {
    throw new RangeError(`A table of ${inputs} inputs can't have ${grid} nodes along each`);
  }
  return grid ** inputs;
}
