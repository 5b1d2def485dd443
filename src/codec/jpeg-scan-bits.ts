import { ImageServerError } from '../errors.ts';

/** By the next 16 bits: bits of the code << 8 | symbol; 0 where they are no code. */
export type SymbolTable = Uint16Array;

/** The tables of a DHT segment's content (ISO/IEC 10918-1, section B.2.4.2), by class << 4 | number. */
export function readSymbolTables(tables: Map<number, SymbolTable>, content: Uint8Array): void {
  for (let at = 0; at + 17 <= content.length; ) {
    const table: SymbolTable = new Uint16Array(65_536);
    let code = 0;
    let symbol = at + 17;
    for (let length = 1; length <= 16; length++) {
      for (let count = content[at + length] ?? 0; count > 0; count--) {
        const spread = 16 - length;
        table.fill((length << 8) | (content[symbol++] ?? 0), code << spread, (code + 1) << spread);
        code++;
      }
      code *= 2;
    }
    tables.set(content[at] ?? 0, table);
    at = symbol;
  }
}

/** Reads the bits of a scan, over stuffed zeros, up to the next marker; behind that come zeros. */
export class ScanBits {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;
  #invented = 0;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#at = offset;
  }

  /** Where the next marker is looked for. */
  get offset(): number {
    return this.#at;
  }

  /** @throws {ImageServerError} 502 when more was read than there is. */
  assertData(): void {
    if (this.#invented > this.#count) throw damaged();
  }

  /** A number of 0–16 bits. */
  read(length: number): number {
    const value = this.#peek(length);
    this.#count -= length;
    return value;
  }

  /** @throws {ImageServerError} 502 where there is no code. */
  symbol(table: SymbolTable): number {
    const entry = table[this.#peek(16)] ?? 0;
    if (entry === 0) throw damaged();
    this.#count -= entry >> 8;
    return entry & 255;
  }

  /** A value of so many bits, which is negative where the first one is 0 (section F.2.2.1, EXTEND). */
  value(size: number): number {
    const bits = this.read(size);
    return size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /** @throws {ImageServerError} 502 where the next marker isn't this restart marker. */
  restart(number: number): void {
    this.assertData();
    while (this.#at < this.#bytes.length && !isMarker(this.#bytes, this.#at)) this.#at++;
    if (this.#bytes[this.#at + 1] !== 0xd0 + number) throw damaged();
    this.#at += 2;
    this.#bits = this.#count = this.#invented = 0;
  }

  #peek(length: number): number {
    while (this.#count < length) {
      const ended = this.#at >= this.#bytes.length || isMarker(this.#bytes, this.#at);
      const byte = ended ? 0 : (this.#bytes[this.#at] ?? 0);
      if (ended) this.#invented += 8;
      else this.#at += byte === 0xff ? 2 : 1;
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
  }
}

/** A stuffed byte is none, nor is one that fills up. */
export function isMarker(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] !== 0;
}

export function damaged(): ImageServerError {
  return new ImageServerError(
    502,
    'The stored JPEG data is damaged and can not be decoded: check the file, or store it again',
  );
}
