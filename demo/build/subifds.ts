const SUB_IFDS = 330;
const LONG = 4;
const ENTRY_BYTES = 12;
/** A pyramid halves at every level: 32 levels are more than any file can have, so a longer chain is a cycle. */
const MAX_LEVELS = 32;

/**
 * Moves all but the first image of a classic TIFF from the IFD chain into SubIFDs of the first (TIFF Supplement 1),
 * the way scanners and Photoshop write pyramids. sharp writes chains only. The tiles stay where they are; a new first
 * IFD is appended, so the old one is left behind unreferenced.
 * @throws {Error} when the bytes are not a classic TIFF, or there is one IFD only.
 */
export function chainToSubIfds(file: Uint8Array): Uint8Array {
  const littleEndian = file[0] === 0x49;
  const source = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (source.getUint16(2, littleEndian) !== 42) throw new Error('Not a classic TIFF: only those can be relinked.');
  const [first, ...others] = chain(source, littleEndian);
  if (first === undefined || others.length === 0) throw new Error('A TIFF of one IFD has no levels to move.');

  const entries = entriesOf(source, first, littleEndian);
  // An IFD must start on a word boundary (TIFF 6.0, section 2).
  const ifdOffset = file.byteLength + (file.byteLength % 2);
  const ifdBytes = 2 + (entries.length + 1) * ENTRY_BYTES + 4;
  const listOffset = ifdOffset + ifdBytes;
  const output = new Uint8Array(listOffset + others.length * 4);
  output.set(file);
  const target = new DataView(output.buffer);

  const link = new DataView(new ArrayBuffer(ENTRY_BYTES));
  link.setUint16(0, SUB_IFDS, littleEndian);
  link.setUint16(2, LONG, littleEndian);
  link.setUint32(4, others.length, littleEndian);
  // A single offset stands in the entry itself.
  link.setUint32(8, others.length === 1 ? (others[0] ?? 0) : listOffset, littleEndian);

  const sorted = [...entries, link].sort((a, b) => tagOf(a, littleEndian) - tagOf(b, littleEndian));
  target.setUint32(4, ifdOffset, littleEndian);
  target.setUint16(ifdOffset, sorted.length, littleEndian);
  for (const [index, entry] of sorted.entries()) {
    output.set(new Uint8Array(entry.buffer, entry.byteOffset, ENTRY_BYTES), ifdOffset + 2 + index * ENTRY_BYTES);
  }
  for (const [index, offset] of others.entries()) {
    target.setUint32(listOffset + index * 4, offset, littleEndian);
    target.setUint32(endOfEntries(source, offset, littleEndian), 0, littleEndian);
  }
  return output;
}

/** Offsets of the IFDs, in the order of the chain. */
function chain(file: DataView, littleEndian: boolean): readonly number[] {
  const offsets: number[] = [];
  for (let next = file.getUint32(4, littleEndian); next !== 0; ) {
    if (offsets.length === MAX_LEVELS) throw new Error(`The TIFF has more than ${MAX_LEVELS} IFDs.`);
    offsets.push(next);
    next = file.getUint32(endOfEntries(file, next, littleEndian), littleEndian);
  }
  return offsets;
}

function entriesOf(file: DataView, ifd: number, littleEndian: boolean): readonly DataView[] {
  const count = file.getUint16(ifd, littleEndian);
  return Array.from(
    { length: count },
    (_, index) => new DataView(file.buffer, file.byteOffset + ifd + 2 + index * ENTRY_BYTES, ENTRY_BYTES),
  );
}

function endOfEntries(file: DataView, ifd: number, littleEndian: boolean): number {
  return ifd + 2 + file.getUint16(ifd, littleEndian) * ENTRY_BYTES;
}

function tagOf(entry: DataView, littleEndian: boolean): number {
  return entry.getUint16(0, littleEndian);
}
