import { type Axis, type AxisGeometry, planAxis } from './axis.ts';
import type { Filter } from './filters.ts';

/** Bytes of weights kept: hundreds of plans for tiles, a few for large images. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** Plans of recent resamplings, least recently used first: tiles of one image share theirs. */
export class AxisCache {
  readonly #plans = new Map<string, Axis>();
  #bytes = 0;

  plan(geometry: AxisGeometry, filter: Filter, reach: number): Axis {
    const { size, offset, length, outputs } = geometry;
    const key = [size, offset, length, outputs, filter, reach].join(' ');
    const known = this.#plans.get(key);
    const axis = known ?? planAxis(geometry, filter, reach);
    if (known !== undefined) this.#plans.delete(key);
    else this.#bytes += bytesOf(axis);
    this.#plans.set(key, axis);
    for (const [oldest, plan] of this.#plans) {
      if (this.#bytes <= CACHE_BYTES) break;
      this.#plans.delete(oldest);
      this.#bytes -= bytesOf(plan);
    }
    return axis;
  }
}

function bytesOf(axis: Axis): number {
  return axis.starts.byteLength + axis.weights.byteLength;
}
