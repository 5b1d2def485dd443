import type { Pixels } from '../../src/codec/codec.ts';

/** Numbers from a seed, so that a failure can be repeated (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 ≤ x < 1. */
  real(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.real() * (most - least + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.whole(0, 255));
  }

  /** Noise: RGBA, the alpha random or 255. */
  noise(width: number, height: number, opaque = true): Pixels & { readonly channels: 4 } {
    const data = this.bytes(width * height * 4);
    for (let i = 3; i < data.length; i += 4) {
      if (opaque) data[i] = 255;
      else if (this.real() < 0.3) data[i] = this.pick([0, 255]);
    }
    return { width, height, channels: 4, data };
  }
}
