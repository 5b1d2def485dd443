import { headerSegments, jpegFrame } from '../../src/codec/jpeg-frame.ts';

/** Codes of a Huffman table by symbol, as strings of 0 and 1. */
export type Codes = ReadonlyMap<number, string>;

export interface Component {
  readonly h: number;
  readonly v: number;
}

/** 64 quantised coefficients in zigzag order. */
export type Block = Int16Array;

/** A sequential JPEG's coefficients: nothing is transformed. */
export interface JpegBlocks {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** By MCU, row by row, in the order of the data. */
  readonly mcus: readonly (readonly Block[])[];
}

export interface Written {
  /** DHT and DQT segments, and what they say. */
  readonly tables: Uint8Array;
  /** MCUs between restart markers; 0: none. */
  readonly restartInterval?: number;
}

/** Pixels of an MCU; a component alone is stored block by block. */
export function mcuSize(components: readonly Component[]) {
  if (components.length === 1) return { width: 8, height: 8 };
  return {
    width: 8 * Math.max(...components.map(({ h }) => h)),
    height: 8 * Math.max(...components.map(({ v }) => v)),
  };
}

export function blocksPerMcu(components: readonly Component[]): number[] {
  return components.flatMap(({ h, v }, i) => Array<number>(components.length === 1 ? 1 : h * v).fill(i));
}

/** Writes coefficients as a JPEG: the first component with tables 0, others with tables 1. */
export function writeJpeg({ width, height, components, mcus }: JpegBlocks, options: Written): Uint8Array {
  const { tables, restartInterval = 0 } = options;
  const codes = huffmanCodes(tables);
  const owners = blocksPerMcu(components);
  const parts: number[][] = [[0xff, 0xd8], [...tables]];
  const sampling = components.flatMap(({ h, v }, i) => [i + 1, (h << 4) | v, Math.min(i, 1)]);
  parts.push(segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, components.length, ...sampling]));
  if (restartInterval > 0) parts.push(segment(0xdd, [restartInterval >> 8, restartInterval & 255]));
  const selectors = components.flatMap((_, i) => [i + 1, i === 0 ? 0x00 : 0x11]);
  parts.push(segment(0xda, [components.length, ...selectors, 0, 63, 0]));

  let bits = '';
  const predicted = components.map(() => 0);
  const endInterval = () => {
    const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
    const bytes = (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
    parts.push(bytes.flatMap((byte) => (byte === 255 ? [255, 0] : [byte])));
    bits = '';
  };
  for (const [index, mcu] of mcus.entries()) {
    if (restartInterval > 0 && index > 0 && index % restartInterval === 0) {
      endInterval();
      parts.push([0xff, 0xd0 + ((index / restartInterval - 1) & 7)]);
      predicted.fill(0);
    }
    for (const [i, block] of mcu.entries()) {
      const owner = owners[i] ?? 0;
      const table = Math.min(owner, 1);
      bits += symbol(codes, table, 0, (block[0] ?? 0) - (predicted[owner] ?? 0));
      predicted[owner] = block[0] ?? 0;
      let zeros = 0;
      for (const coefficient of block.subarray(1)) {
        if (coefficient === 0) {
          zeros++;
          continue;
        }
        for (; zeros > 15; zeros -= 16) bits += codeOf(codes, 0x10 | table, 0xf0);
        bits += symbol(codes, 0x10 | table, zeros << 4, coefficient);
        zeros = 0;
      }
      if (zeros > 0) bits += codeOf(codes, 0x10 | table, 0);
    }
  }
  endInterval();
  parts.push([0xff, 0xd9]);
  return Uint8Array.from(parts.flat());
}

/** Reads the coefficients back, bit by bit; throws where the data is wrong or anything is left over. */
export function readBlocks(jpeg: Uint8Array): JpegBlocks & { readonly restartInterval: number } {
  const segments = headerSegments(jpeg);
  const { width, height, components } = jpegFrame(jpeg, segments);
  const dri = segments.findLast(({ marker }) => marker === 0xdd);
  const restartInterval = dri ? (jpeg[dri.offset + 4] ?? 0) * 256 + (jpeg[dri.offset + 5] ?? 0) : 0;
  const sos = segments.at(-1);
  if (!sos) throw new Error('no scan');
  const codes = huffmanCodes(jpeg.subarray(2, sos.offset));
  const symbols = new Map([...codes].map(([key, table]) => [key, new Map([...table].map(([s, code]) => [code, s]))]));
  const owners = blocksPerMcu(components);
  const tablesOf = components.map((_, i) => jpeg[sos.offset + 6 + 2 * i] ?? 0);
  const intervals = plainBits(jpeg.subarray(sos.end));
  const mcu = mcuSize(components);
  const count = Math.ceil(width / mcu.width) * Math.ceil(height / mcu.height);

  let bits = intervals.shift() ?? '';
  let at = 0;
  const decode = (key: number): number => {
    for (let length = 1; length <= 16; length++) {
      const found = symbols.get(key)?.get(bits.slice(at, at + length));
      if (found === undefined) continue;
      at += length;
      return found;
    }
    throw new Error(`no code at bit ${at}`);
  };
  const number = (size: number): number => {
    if (size === 0) return 0;
    const value = Number.parseInt(bits.slice(at, at + size), 2);
    at += size;
    return value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  };
  const endInterval = () => {
    if (!/^1{0,7}$/.test(bits.slice(at))) throw new Error(`${bits.length - at} bits left over`);
  };
  const predicted = components.map(() => 0);
  const mcus = Array.from({ length: count }, (_, index) => {
    if (restartInterval > 0 && index > 0 && index % restartInterval === 0) {
      endInterval();
      bits = intervals.shift() ?? '';
      at = 0;
      predicted.fill(0);
    }
    return owners.map((owner) => {
      const tables = tablesOf[owner] ?? 0;
      const block = new Int16Array(64);
      predicted[owner] = (predicted[owner] ?? 0) + number(decode(tables >> 4));
      block[0] = predicted[owner];
      for (let i = 1; i < 64; i++) {
        const symbol = decode(0x10 | (tables & 15));
        if (symbol === 0) break;
        i += symbol >> 4;
        block[i] = number(symbol & 15);
      }
      return block;
    });
  });
  endInterval();
  if (intervals.length > 0) throw new Error(`${intervals.length} restart intervals left over`);
  return { width, height, components, mcus, restartInterval };
}

/** The DHT and DQT segments of a JPEG. */
export function tablesOf(jpeg: Uint8Array): Uint8Array {
  const tables = headerSegments(jpeg).filter(({ marker }) => marker === 0xc4 || marker === 0xdb);
  return Buffer.concat(tables.map(({ offset, end }) => jpeg.subarray(offset, end)));
}

function segment(marker: number, parameters: readonly number[]): number[] {
  const length = parameters.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...parameters];
}

/** Tables by class << 4 | number (ISO/IEC 10918-1, annex C). */
function huffmanCodes(segments: Uint8Array): ReadonlyMap<number, Codes> {
  const tables = new Map<number, Codes>();
  const header = Buffer.concat([new Uint8Array([0xff, 0xd8]), segments, new Uint8Array([0xff, 0xd9])]);
  for (const { marker, offset, end } of headerSegments(header)) {
    for (let at = offset + 4; marker === 0xc4 && at < end; ) {
      const codes = new Map<number, string>();
      const key = header[at++] ?? 0;
      let next = at + 16;
      for (let length = 1, code = 0; length <= 16; length++, code *= 2) {
        for (let i = header[at + length - 1] ?? 0; i > 0; i--, code++) {
          codes.set(header[next++] ?? 0, code.toString(2).padStart(length, '0'));
        }
      }
      tables.set(key, codes);
      at = next;
    }
  }
  return tables;
}

function codeOf(codes: ReadonlyMap<number, Codes>, table: number, symbol: number): string {
  const code = codes.get(table)?.get(symbol);
  if (code === undefined) throw new Error(`table ${table} has no code for ${symbol}`);
  return code;
}

/** A code and the bits of its coefficient. */
function symbol(codes: ReadonlyMap<number, Codes>, table: number, run: number, value: number): string {
  const size = 32 - Math.clz32(Math.abs(value));
  const bits = size === 0 ? '' : (value < 0 ? value - 1 + 2 ** size : value).toString(2).padStart(size, '0');
  return codeOf(codes, table, run | size) + bits;
}

/** The bits of each restart interval up to EOI, which must be the end. */
function plainBits(data: Uint8Array): string[] {
  const intervals = [''];
  for (let at = 0; ; at++) {
    const byte = data[at] ?? 0;
    if (byte === 0xff && data[++at] !== 0) {
      if (data[at] === 0xd9 && at === data.length - 1) return intervals;
      if (data[at] !== 0xd0 + ((intervals.length - 1) & 7)) throw new Error(`unexpected marker ${data[at]}`);
      intervals.push('');
    } else intervals.push(`${intervals.pop()}${byte.toString(2).padStart(8, '0')}`);
  }
}
