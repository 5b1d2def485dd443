import { ImageServerError } from '../errors.ts';
import { blockReader, type CoefficientPlane, type Scan, type ScanPlane } from './jpeg-block-reader.ts';
import { headerSegments, type JpegFrame, type JpegSegment, jpegFrame, segmentsFrom } from './jpeg-frame.ts';
import { damaged, isMarker, readSymbolTables, ScanBits, type SymbolTable } from './jpeg-scan-bits.ts';
import { type JpegTables, noTables, readTables } from './jpeg-tables.ts';

export interface JpegCoefficients {
  readonly frame: JpegFrame;
  /** MCUs in a row, and rows. */
  readonly columns: number;
  readonly rows: number;
  readonly planes: readonly CoefficientPlane[];
  readonly tables: JpegTables;
}

/** Of two bytes each: a page of A3 at 300 pixels per inch in four inks, and half of what a phone's worker survives. */
const MAX_COEFFICIENTS = 2 ** 26;
/** Encoders make about 10; each costs a pass over the picture, however few bytes it has. */
const MAX_SCANS = 100;

const DHT = 0xc4;
const SOS = 0xda;

/**
 * Reads all scans of a Huffman-coded JPEG, sequential or progressive, 8 bits. Slowly: for what nothing else reads.
 * @throws {ImageServerError} 502 when it is damaged, 501 when it is too large.
 */
export function readCoefficients(bytes: Uint8Array, shared: Uint8Array | undefined): JpegCoefficients {
  let segments = headerSegments(bytes);
  const frame = jpegFrame(bytes, segments);
  const most = {
    h: Math.max(...frame.components.map(({ h }) => h)),
    v: Math.max(...frame.components.map(({ v }) => v)),
  };
  const columns = Math.ceil(frame.width / (8 * most.h));
  const rows = Math.ceil(frame.height / (8 * most.v));
  const count = frame.components.reduce((sum, { h, v }) => sum + columns * rows * h * v * 64, 0);
  if (count > MAX_COEFFICIENTS) {
    throw new ImageServerError(
      501,
      `A JPEG of ${frame.width} × ${frame.height} pixels that isn't baseline is too large to be decoded: store it as baseline JPEG`,
    );
  }
  const planes = frame.components.map(({ h, v }) => ({
    h,
    v,
    columns: columns * h,
    shownColumns: Math.ceil(Math.ceil((frame.width * h) / most.h) / 8),
    shownRows: Math.ceil(Math.ceil((frame.height * v) / most.v) / 8),
    values: new Int16Array(columns * rows * h * v * 64),
  }));
  const tables = noTables();
  const symbols = new Map<number, SymbolTable>();
  const define = (from: Uint8Array, defining: readonly JpegSegment[]) => {
    readTables(tables, from, defining);
    for (const { marker, offset, end } of defining) {
      if (marker === DHT) readSymbolTables(symbols, from.subarray(offset + 4, end));
    }
  };
  if (shared) define(shared, headerSegments(shared));
  if (shared) tables.restartInterval = 0;
  for (let scans = 0; ; scans++) {
    const sos = segments.at(-1);
    if (sos?.marker !== SOS) break;
    if (scans > MAX_SCANS) throw damaged();
    define(bytes, segments);
    const bits = new ScanBits(bytes, sos.end);
    readScan(bits, bytes.subarray(sos.offset + 4, sos.end), { frame, columns, rows, planes, tables }, symbols);
    let next = bits.offset;
    while (next < bytes.length && !isMarker(bytes, next)) next++;
    if (next + 1 >= bytes.length) break;
    segments = segmentsFrom(bytes, next);
  }
  return { frame, columns, rows, planes, tables };
}

function readScan(
  bits: ScanBits,
  header: Uint8Array,
  { frame, columns, rows, planes, tables }: JpegCoefficients,
  symbols: ReadonlyMap<number, SymbolTable>,
): void {
  const count = header[0] ?? 0;
  const [first = 0, last = 0, approximation = 0] = header.subarray(1 + 2 * count);
  const sequential = frame.process !== 'progressive';
  const scan: Scan = sequential
    ? { first: 0, last: 63, low: 0, refines: false }
    : { first, last, low: approximation & 15, refines: approximation >> 4 > 0 };
  if (scan.last > 63 || scan.first > scan.last || scan.low > 13 || (count > 1 && !sequential && scan.last > 0)) {
    throw damaged();
  }
  const parts = Array.from({ length: count }, (_, i): ScanPlane => {
    const plane = planes[frame.components.findIndex(({ id }) => id === header[1 + 2 * i])];
    const selector = header[2 + 2 * i] ?? 0;
    if (!plane) throw damaged();
    return { plane, dc: symbols.get(selector >> 4), ac: symbols.get(16 | (selector & 15)), previous: 0 };
  });
  const readBlock = blockReader(bits, scan, sequential);
  const [alone] = parts;
  const single = count === 1 && alone ? alone.plane : undefined;
  const across = single ? single.shownColumns : columns;
  const units = across * (single ? single.shownRows : rows);
  for (let unit = 0; unit < units; unit++) {
    if (tables.restartInterval > 0 && unit > 0 && unit % tables.restartInterval === 0) {
      bits.restart((unit / tables.restartInterval - 1) & 7);
      readBlock.reset();
      for (const part of parts) part.previous = 0;
    }
    const [x, y] = [unit % across, Math.floor(unit / across)];
    if (x === 0) bits.assertData();
    for (const part of parts) {
      const { h, v, columns: stride } = part.plane;
      if (single) readBlock.read(part, (y * stride + x) * 64);
      else
        for (let i = 0; i < h * v; i++)
          readBlock.read(part, ((y * v + Math.floor(i / h)) * stride + x * h + (i % h)) * 64);
    }
  }
  bits.assertData();
}
