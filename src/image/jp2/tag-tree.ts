/** Largest value of a tag tree: zero bit-planes are fewer than 80, inclusion is a layer, which saturates here. */
const UNKNOWN = 0xffff;

/** Reads bits of a packet header. */
export interface BitReader {
  bit(): number;
}

/** A tree of least values, each read as far as it is needed (ISO/IEC 15444-1, section B.10.2). */
export class TagTree {
  readonly #levels: readonly { readonly width: number; readonly start: number }[];
  /** The values, and how far each is known. */
  readonly state: Uint16Array;
  readonly #nodes: number;

  constructor(width: number, height: number) {
    const levels: { width: number; start: number }[] = [];
    let nodes = 0;
    for (let [w, h] = [width, height]; ; [w, h] = [(w + 1) >> 1, (h + 1) >> 1]) {
      levels.push({ width: w, start: nodes });
      nodes += w * h;
      if (w * h <= 1) break;
    }
    this.#levels = levels;
    this.#nodes = nodes;
    this.state = new Uint16Array(2 * nodes).fill(UNKNOWN, 0, nodes);
  }

  /** Whether the value at x, y is less than `threshold`. */
  isBelow(bits: BitReader, x: number, y: number, threshold: number): boolean {
    const { state } = this;
    let low = 0;
    let value = UNKNOWN;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const { width = 0, start = 0 } = this.#levels[level] ?? {};
      const node = start + (y >> level) * width + (x >> level);
      low = Math.max(low, state[this.#nodes + node] ?? 0);
      value = state[node] ?? UNKNOWN;
      while (low < threshold && low < value) {
        if (bits.bit() === 1) value = low;
        else low += 1;
      }
      state[node] = value;
      state[this.#nodes + node] = low;
    }
    return value < threshold;
  }
}
