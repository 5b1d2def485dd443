import { ccittTables, HORIZONTAL, MODE_BITS, PASS, RUN_BITS, VERTICAL } from './ccitt-codes.ts';

/** Zeros in a mark (EOL); its 1 follows after as many more as the writer liked. */
const MARK_ZEROS = 11;
/** A run this long or longer is followed by another of the same colour (ITU-T T.4, section 4.1.1). */
const MAKE_UP = 64;

/** Places for changes: one for each pixel, a zero run at either end, and the end as often as it is looked at. */
const CHANGES_BEYOND = 6;

const { white: whiteRuns, black: blackRuns, modes } = ccittTables();

/** Reads coded lines one after the other, and remembers the last one, by which the next may be coded. */
export class CcittLines {
  readonly #bytes: Uint8Array;
  readonly #output: Uint8Array;
  readonly #width: number;
  /** Where the colour changes in this line and in the one before, black first; ends with `width`, several times. */
  #changes: Int32Array;
  #reference: Int32Array;
  #at = 0;
  /** The last bits taken from the bytes; `count` of them are unread. */
  #bits = 0;
  #count = 0;

  /** `output` is zero: black is written into it. */
  constructor(bytes: Uint8Array, output: Uint8Array, width: number) {
    this.#bytes = bytes;
    this.#output = output;
    this.#width = width;
    this.#changes = new Int32Array(width + CHANGES_BEYOND).fill(width);
    this.#reference = new Int32Array(width + CHANGES_BEYOND).fill(width);
  }

  /** Whether more was read than there is: zeros stand behind the data. */
  get isExhausted(): boolean {
    return 8 * this.#at - this.#count > 8 * this.#bytes.length;
  }

  alignToByte(): void {
    this.#count -= this.#count & 7;
  }

  readBit(): number {
    const bit = this.#peek(1);
    this.#count--;
    return bit;
  }

  /** Goes past a mark that begins here, or nowhere. */
  skipMark(): boolean {
    return this.#peek(MARK_ZEROS) === 0 && this.findMark();
  }

  /** Goes past the next mark; false where there is none. */
  findMark(): boolean {
    for (let zeros = 0; !this.isExhausted; ) {
      if (this.readBit() === 0) zeros++;
      else if (zeros >= MARK_ZEROS) return true;
      else zeros = 0;
    }
    return false;
  }

  /**
   * Reads one line into the output from bit `start` on; `coded`: by the line before. False for what is no line: it may
   * be written in part then, and the line before stays the one before.
   */
  readLine(start: number, coded: boolean): boolean {
    const changes = coded ? this.#readCoded(start) : this.#readRuns(start);
    if (changes < 0) return false;
    this.#changes.fill(this.#width, changes, changes + CHANGES_BEYOND - 2);
    [this.#changes, this.#reference] = [this.#reference, this.#changes];
    return true;
  }

  /** Runs of white and black in turn. Returns the number of changes, −1 for invalid data. */
  #readRuns(start: number): number {
    const width = this.#width;
    const changes = this.#changes;
    let n = 0;
    for (let x = 0; x < width && n <= width; ) {
      const from = x;
      const run = this.#readRun(n & 1);
      x += run;
      if (run < 0 || x > width) return -1;
      if (n & 1) this.#blacken(start + from, start + x);
      changes[n++] = x;
    }
    return n > width + 1 ? -1 : n;
  }

  /** Changes of colour near those of the line before (ITU-T T.4, section 4.2). */
  #readCoded(start: number): number {
    const width = this.#width;
    const changes = this.#changes;
    const reference = this.#reference;
    let n = 0;
    // The next change of the line before that could be meant, black's or white's: its parity is that of `n`.
    let b = 0;
    let x = -1;
    let from = 0;
    while (x < width) {
      if (n > width) return -1;
      const entry = modes[this.#peek(MODE_BITS)] ?? 0;
      this.#count -= entry & 15;
      const mode = entry >> 4;
      while ((reference[b] ?? width) <= x && (reference[b] ?? width) < width) b += 2;
      if (mode === PASS) {
        x = reference[b + 1] ?? width;
        if (x >= width && n & 1) this.#blacken(start + from, start + width);
      } else if (mode === HORIZONTAL) {
        const black = n & 1;
        const first = this.#readRun(black);
        const second = this.#readRun(black ^ 1);
        const middle = Math.max(x, 0) + first;
        x = middle + second;
        if (first < 0 || second < 0 || x > width) return -1;
        if (black) this.#blacken(start + from, start + middle);
        else this.#blacken(start + middle, start + x);
        changes[n++] = middle;
        changes[n++] = x;
        from = x;
      } else {
        const change = (reference[b] ?? width) + mode - VERTICAL;
        if (mode === 0 || change < x || change < 0 || change > width) return -1;
        if (n & 1) this.#blacken(start + from, start + change);
        b += mode < VERTICAL && b > 0 ? -1 : 1;
        changes[n++] = change;
        from = x = change;
      }
    }
    return n;
  }

  /** Length of a run; −1 where there is none. */
  #readRun(black: number): number {
    const table = black ? blackRuns : whiteRuns;
    for (let length = 0; length <= this.#width; ) {
      const entry = table[this.#peek(RUN_BITS)] ?? 0;
      if (entry === 0) return -1;
      this.#count -= entry & 15;
      const run = entry >> 4;
      length += run;
      if (run < MAKE_UP) return length;
    }
    return -1;
  }

  /** The next bits, which stay unread. */
  #peek(length: number): number {
    while (this.#count < length) {
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at++] ?? 0);
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
  }

  /** Sets the bits `from` … `to` of the output. */
  #blacken(from: number, to: number): void {
    if (from >= to) return;
    const output = this.#output;
    const first = from >> 3;
    const last = to >> 3;
    const head = 255 >> (from & 7);
    const tail = 255 & ~(255 >> (to & 7));
    if (first === last) {
      output[first] = (output[first] ?? 0) | (head & tail);
      return;
    }
    output[first] = (output[first] ?? 0) | head;
    if (last > first + 1) output.fill(255, first + 1, last);
    if (tail !== 0) output[last] = (output[last] ?? 0) | tail;
  }
}
