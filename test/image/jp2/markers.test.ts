import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { countingObject } from '../counting-object.ts';
import { decodeArea, difference, readStructureOf, type Samples, unitReader } from './regions.ts';

const MAIN_HEADER = 2;
const [COC, COM, TLM, PLT, PPT, POC, SOT, SOD, EOC] = [
  ...[0xff53, 0xff64, 0xff55, 0xff58, 0xff61, 0xff5f, 0xff90, 0xff93, 0xffd9],
] as const;

/** The codestream of a fixture, without the boxes around it. */
function codestreamOf(name: string): Buffer {
  const bytes = readFileSync(new URL(`fixtures/${name}`, import.meta.url));
  return Buffer.from(bytes.subarray(bytes.indexOf(Buffer.of(0xff, 0x4f, 0xff, 0x51))));
}

function segment(marker: number, content: readonly number[] | Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(marker);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Uint8Array.from(content)]);
}

interface Taken {
  readonly header: readonly Buffer[];
  readonly parts: readonly { readonly tile: number; readonly header: readonly Buffer[]; readonly body: Buffer }[];
}

/** The segments of the main header, and the tile-parts. */
function taken(bytes: Buffer): Taken {
  const segments = (from: number, last: number) => {
    const found: Buffer[] = [];
    let at = from;
    while (bytes.readUInt16BE(at) !== last) {
      const end = at + 2 + bytes.readUInt16BE(at + 2);
      found.push(bytes.subarray(at, end));
      at = end;
    }
    return { found, at };
  };
  const { found: header, at: first } = segments(MAIN_HEADER, SOT);
  const parts = [];
  for (let at = first; bytes.readUInt16BE(at) === SOT; ) {
    const end = at + bytes.readUInt32BE(at + 6);
    const inner = segments(at + 12, SOD);
    parts.push({ tile: bytes.readUInt16BE(at + 4), header: inner.found, body: bytes.subarray(inner.at + 2, end) });
    at = end;
  }
  return { header, parts };
}

/** A codestream anew; `lengths` writes TLM of the tile-parts. */
function written(
  { header, parts }: Taken,
  lengths?: { readonly tileBytes: 0 | 1 | 2; readonly partBytes: 2 | 4 },
): Buffer {
  const written = parts.map(({ tile, header, body }, index) => {
    const inner = Buffer.concat([...header, Buffer.of(SOD >> 8, SOD & 255), body]);
    const start = Buffer.alloc(8);
    start.writeUInt16BE(tile);
    start.writeUInt32BE(12 + inner.length, 2);
    start[6] = parts.slice(0, index).filter((other) => other.tile === tile).length;
    start[7] = parts.filter((other) => other.tile === tile).length;
    return Buffer.concat([segment(SOT, start), inner]);
  });
  const segments = header.filter((each) => each.readUInt16BE() !== TLM);
  if (lengths) {
    const { tileBytes, partBytes } = lengths;
    const list = written.map((part, index) => {
      const entry = Buffer.alloc(tileBytes + partBytes);
      if (tileBytes > 0) entry.writeUIntBE(parts[index]?.tile ?? 0, 0, tileBytes);
      entry.writeUIntBE(part.length, tileBytes, partBytes);
      return entry;
    });
    const style = (tileBytes << 4) | (partBytes === 4 ? 0x40 : 0);
    segments.push(segment(TLM, Buffer.concat([Buffer.of(0, style), ...list])));
  }
  return Buffer.concat([Buffer.of(0xff, 0x4f), ...segments, ...written, Buffer.of(EOC >> 8, EOC & 255)]);
}

async function decoded(bytes: Uint8Array): Promise<{ readonly samples: Samples; readonly reads: number }> {
  const object = countingObject(bytes);
  const structure = await readStructureOf(object.read, bytes.length);
  const { codestream } = structure;
  const area = { x0: codestream.x0, y0: codestream.y0, x1: codestream.x1, y1: codestream.y1 };
  const samples = await decodeArea(unitReader(structure, object.read), structure, area, 0);
  return { samples, reads: object.ranges.length };
}

async function isSameAs(name: string, bytes: Uint8Array): Promise<void> {
  const [ours, theirs] = [await decoded(bytes), await decoded(codestreamOf(name))];
  expect(difference(ours.samples, theirs.samples)).toBe(0);
}

const PARTS = 'rpcl-plt-tlm.jp2';
const TILES = 'odd-tiles-offsets-pcrl.j2k';

describe('lengths of tile-parts (TLM)', () => {
  const cases = [0, 1, 2].flatMap((tileBytes) => [2, 4].map((partBytes) => [tileBytes, partBytes] as const));
  test.each(cases)('of tiles, with %i bytes for the tile and %i for the length', async (tileBytes, partBytes) => {
    const bytes = written(taken(codestreamOf(TILES)), {
      tileBytes: tileBytes === 0 ? 0 : tileBytes === 1 ? 1 : 2,
      partBytes: partBytes === 2 ? 2 : 4,
    });
    const { parts } = await readStructureOf(countingObject(bytes).read, bytes.length);
    expect(parts).toMatchObject({ complete: true, tiles: Uint16Array.from({ length: 9 }, (_, tile) => tile) });
    await isSameAs(TILES, bytes);
  });

  test('of resolutions, in two bytes', async () => {
    const bytes = written(taken(codestreamOf(PARTS)), { tileBytes: 1, partBytes: 2 });
    const { parts } = await readStructureOf(countingObject(bytes).read, bytes.length);
    expect([...parts.tiles]).toEqual([0, 0, 0, 0]);
    await isSameAs(PARTS, bytes);
  });
});

test('lengths of packets may stand in every tile-part, or all in the first one', async () => {
  const { header, parts } = taken(codestreamOf(PARTS));
  expect(parts.map((part) => part.header.map((each) => each.readUInt16BE()))).toEqual(Array(4).fill([PLT]));
  const all = parts.flatMap((part) => part.header.map((each) => each.subarray(5)));
  const first = [segment(PLT, Buffer.concat([Buffer.of(0), ...all]))];
  const moved = parts.map((part, index) => ({ ...part, header: index === 0 ? first : [] }));
  await isSameAs(PARTS, written({ header, parts: moved }));
  // A length of two bytes, cut in between, goes on in the next segment.
  const lengths = Buffer.concat(all);
  const cut = lengths.findIndex((byte) => byte > 0x7f) + 1;
  const halves = [lengths.subarray(0, cut), lengths.subarray(cut)];
  const split = halves.map((half, index) => segment(PLT, Buffer.concat([Buffer.of(index), half])));
  await isSameAs(
    PARTS,
    written({ header, parts: moved.map((part, index) => (index === 0 ? { ...part, header: split } : part)) }),
  );
});

test('comments stand anywhere, any number of them', async () => {
  const { header, parts } = taken(codestreamOf(PARTS));
  const comments = [[0, 0], [0, 1, 0x61], Array<number>(3000).fill(0xff)].map((content) => segment(COM, content));
  const commented = parts.map((part) => ({ ...part, header: [...comments, ...part.header, ...comments] }));
  await isSameAs(PARTS, written({ header: [...header, ...comments, ...comments], parts: commented }));
});

describe('what is not read is 501, with its name and the command that mends it', () => {
  const { header, parts } = taken(codestreamOf(PARTS));
  const inTile = (extra: Buffer) =>
    written({ header, parts: parts.map((part) => ({ ...part, header: [extra, ...part.header] })) });
  const inMain = (extra: Buffer) => written({ header: [...header, extra], parts });
  const other = [1, 0, 2, 3, 3, 0, 0] as const;
  test.each([
    ['PPT', inTile(segment(PPT, [0, 1, 2, 3]))],
    ['PPM', inMain(segment(0xff60, [0, 0, 0, 0, 1, 2]))],
    ['POC', inTile(segment(POC, [0, 0, 0, 1, 3, 3, 0]))],
    ['POC', inMain(segment(POC, [0, 0, 0, 1, 3, 3, 0]))],
    ['COC', inTile(segment(COC, other))],
    ['COC', inMain(segment(COC, other))],
  ])('%s', async (name, bytes) => {
    await expect(decoded(bytes)).rejects.toMatchObject({
      status: 501,
      message: expect.stringMatching(new RegExp(`marker ${name}\\).*opj_compress .*-PLT`)),
    });
  });
});
