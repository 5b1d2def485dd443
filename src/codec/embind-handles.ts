/** Numbers by which C++ holds JavaScript values (`emscripten::val`), counted. */
export class EmbindHandles {
  readonly #values = new Map<number, { readonly value: unknown; count: number }>();
  readonly #constants: readonly unknown[];
  readonly #step: number;
  #next = FIRST;

  constructor(step: 1 | 2) {
    this.#step = step;
    this.#constants = [undefined, null, true, false];
  }

  handle(value: unknown): number {
    const constant = this.#constants.indexOf(value);
    if (constant >= 0) return (constant + 1) * this.#step;
    const handle = this.#next;
    this.#next += 1;
    this.#values.set(handle, { value, count: 1 });
    return handle;
  }

  value(handle: number): unknown {
    if (handle < FIRST) return this.#constants[handle / this.#step - 1];
    return this.#values.get(handle)?.value;
  }

  retain(handle: number): void {
    const held = this.#values.get(handle);
    if (held !== undefined) held.count += 1;
  }

  release(handle: number): void {
    const held = this.#values.get(handle);
    if (held === undefined) return;
    held.count -= 1;
    if (held.count === 0) this.#values.delete(handle);
  }
}

/** Smaller ones are kept for constants. */
const FIRST = 16;
