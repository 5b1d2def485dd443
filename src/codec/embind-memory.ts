/** The linear memory of an Emscripten module, which may grow at any call; views are made anew when it has. */
export class EmbindMemory {
  readonly #memory: WebAssembly.Memory;
  #view: DataView<ArrayBufferLike>;
  #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  get view(): DataView<ArrayBufferLike> {
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new DataView(this.#memory.buffer);
    return this.#view;
  }

  uint32(address: number): number {
    return this.view.getUint32(address, true);
  }

  setUint32(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }

  /** Characters up to a zero. */
  text(address: number): string {
    const { bytes } = this;
    return String.fromCharCode(...bytes.subarray(address, bytes.indexOf(0, address)));
  }

  /** 1 when there are `wanted` bytes now, 0 when the device has no more, as `emscripten_resize_heap` answers. */
  grow(wanted: number): 0 | 1 {
    const have = this.#memory.buffer.byteLength;
    // Some more than is wanted, as growing costs; only what is wanted where that is too much.
    for (const target of [Math.max(wanted, have * 1.2), wanted]) {
      try {
        this.#memory.grow(Math.ceil((Math.min(target, MOST_BYTES) - have) / PAGE));
        return this.#memory.buffer.byteLength >= wanted ? 1 : 0;
      } catch {}
    }
    return 0;
  }
}

const PAGE = 65_536;
/** Emscripten's default limit. */
const MOST_BYTES = 2 ** 31;
