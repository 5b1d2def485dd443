import type { Random } from '../kernel/random.ts';

interface TiffFields {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly samples?: number;
  readonly photometric: number;
  /** Further tags of one or two SHORTs, by number. */
  readonly more?: Readonly<Record<number, number | readonly [number, number]>>;
}

/** An uncompressed TIFF of one strip, little-endian. */
export function plainTiff({ width, height, bits, samples = 1, photometric, more }: TiffFields, data: Uint8Array) {
  const bitsAt = 8;
  const dataAt = bitsAt + 2 * samples + (samples % 2 ? 2 : 0);
  const directoryAt = dataAt + data.length + (data.length % 2);
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, samples, samples > 2 ? bitsAt : samples === 2 ? bits * 65537 : bits],
    [259, 3, 1, 1],
    [262, 3, 1, photometric],
    [273, 4, 1, dataAt],
    [277, 3, 1, samples],
    [278, 4, 1, height],
    [279, 4, 1, data.length],
    ...Object.entries(more ?? {}).map(([tag, value]): [number, number, number, number] =>
      typeof value === 'number' ? [Number(tag), 3, 1, value] : [Number(tag), 3, 2, value[0] + 65536 * value[1]],
    ),
  ];
  entries.sort(([a], [b]) => a - b);
  const file = new Uint8Array(directoryAt + 2 + 12 * entries.length + 4);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, directoryAt, true);
  for (let i = 0; i < samples; i++) view.setUint16(bitsAt + 2 * i, bits, true);
  file.set(data, dataAt);
  view.setUint16(directoryAt, entries.length, true);
  entries.forEach(([tag, type, count, value], index) => {
    const at = directoryAt + 2 + 12 * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  });
  return file;
}

/** Lines of runs that resemble the line before, as pages have; some white, some noise. */
export function bilevelTiff(width: number, height: number, random: Random): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  const data = new Uint8Array(rowBytes * height);
  let ends: number[] = [];
  for (let row = 0; row < height; row++) {
    const kind = random.whole(0, 9);
    if (kind === 0) ends = [];
    else if (kind === 1) ends = Array.from({ length: width }, (_, x) => x).filter(() => random.real() < 0.4);
    else if (kind === 2) ends = Array.from({ length: random.whole(1, 8) }, () => random.whole(0, width));
    else ends = ends.map((end) => end + random.whole(-4, 4)).filter(() => random.real() > 0.02);
    const changes = [...ends].sort((a, b) => a - b);
    let black = false;
    for (let x = 0, next = 0; x < width; x++) {
      while (next < changes.length && (changes[next] ?? 0) <= x) {
        black = !black;
        next++;
      }
      if (black) data[row * rowBytes + (x >> 3)] = (data[row * rowBytes + (x >> 3)] ?? 0) | (128 >> (x & 7));
    }
  }
  return plainTiff({ width, height, bits: 1, photometric: 0 }, data);
}
