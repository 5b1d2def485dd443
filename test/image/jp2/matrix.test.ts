import { afterAll, describe, expect, test } from 'vitest';
import { intersection, reducedArea } from '../../../src/image/jp2/codestream.ts';
import { countingObject } from '../counting-object.ts';
import { hasOpj, type Kind, OpjFolder } from './opj.ts';
import { cropped, decodeArea, decodeWhole, difference, readStructureOf, unitReader } from './regions.ts';

const WIDTH = 611;
const HEIGHT = 467;
const RESOLUTIONS = 5;
/** Regions at each resolution: twelve, as JP2_REGIONS, take some minutes. */
const REGIONS = Number(process.env.JP2_REGIONS ?? 1);

const PRECINCTS = '[64,64],[64,64],[32,32],[32,32],[32,32]';
const MIXED = '[128,64],[32,32],[64,32],[32,32],[32,32]';
const rpcl = ['-p', 'RPCL', '-c', PRECINCTS, '-b', '32,32'];
const listed = [...rpcl, '-PLT'];
/** Halved with each resolution, so that those of all resolutions cover the same. */
const small = ['-p', 'RPCL', '-c', '[64,64]', '-b', '32,32'];
const order = (name: string) => ['-p', name, '-c', PRECINCTS, '-b', '32,32'];

/** Encodings, as options of opj_compress. Those with PLT are read by it, the others by walking their packet headers. */
const ROWS: readonly (readonly [string, Kind, readonly string[]])[] = [
  ['RPCL', 'rgb', [...listed, '-I', '-r', '10']],
  ['RPCL with TLM and a tile-part per resolution', 'rgb', [...listed, '-TLM', '-TP', 'R', '-I', '-r', '10']],
  ['RPCL walked', 'rgb', [...rpcl, '-I', '-r', '10']],
  ['LRCP, 3 layers', 'rgb', [...order('LRCP'), '-PLT', '-r', '40,20,8', '-I']],
  ['LRCP, 3 layers, walked', 'rgb', [...order('LRCP'), '-r', '40,20,8', '-I']],
  ['RLCP, 2 layers', 'rgb', [...order('RLCP'), '-PLT', '-r', '20,8']],
  ['RLCP, 2 layers, walked', 'rgb', [...order('RLCP'), '-r', '20,8']],
  ['PCRL, 2 layers', 'rgb', [...order('PCRL'), '-PLT', '-r', '20,8']],
  ['PCRL, 2 layers, walked', 'rgb', [...order('PCRL'), '-r', '20,8']],
  ['CPRL, mixed precincts', 'rgb', ['-p', 'CPRL', '-c', MIXED, '-PLT', '-I', '-r', '10']],
  ['CPRL, mixed precincts, walked', 'rgb', ['-p', 'CPRL', '-c', MIXED, '-I', '-r', '10']],
  ['SOP, EPH, 3 layers', 'rgb', [...listed, '-SOP', '-EPH', '-r', '30,15,5', '-I', '-TP', 'R']],
  ['SOP, EPH, 3 layers, walked', 'rgb', [...rpcl, '-SOP', '-EPH', '-r', '30,15,5', '-I', '-TP', 'R']],
  ['SOP alone, 2 layers', 'rgb', [...listed, '-SOP', '-r', '30,5', '-I']],
  ['SOP alone, 2 layers, walked', 'rgb', [...rpcl, '-SOP', '-r', '30,5', '-I']],
  ['EPH alone, 2 layers, walked', 'rgb', [...rpcl, '-EPH', '-r', '30,5', '-I']],
  ['an image offset', 'rgb', [...listed, '-d', '37,211', '-I', '-r', '10']],
  ['an image offset, walked', 'rgb', [...rpcl, '-d', '37,211', '-I', '-r', '10']],
  ['odd tiles', 'rgb', [...listed, '-t', '200,150', '-I', '-r', '10']],
  ['odd tiles, TLM, walked', 'rgb', [...rpcl, '-TLM', '-t', '200,150', '-I', '-r', '10']],
  [
    'odd tiles with offsets',
    'rgb',
    [...order('PCRL'), '-PLT', '-t', '256,256', '-d', '137,211', '-T', '100,200', '-r', '4'],
  ],
  ['odd tiles with offsets, walked', 'rgb', [...order('PCRL'), '-t', '256,256', '-d', '137,211', '-T', '100,200']],
  ['BYPASS, walked', 'rgb', [...rpcl, '-M', '1']],
  ['TERMALL, walked', 'rgb', [...rpcl, '-M', '4']],
  ['BYPASS and TERMALL, walked', 'rgb', [...rpcl, '-M', '5']],
  ['BYPASS in 3 layers, walked', 'rgb', [...rpcl, '-M', '1', '-r', '20,6,1']],
  ['vertically causal, predictable, segmented', 'rgb', [...listed, '-M', '56']],
  ['vertically causal, predictable, segmented, walked', 'rgb', [...rpcl, '-M', '56']],
  ['no component transform', 'rgb', [...listed, '-mct', '0']],
  ['small precincts, of which a part is shown', 'rgb', [...small, '-PLT', '-I', '-r', '10']],
  ['small precincts, walked', 'rgb', [...small, '-I', '-r', '10']],
  ['small precincts without loss', 'rgb', [...small, '-PLT']],
  ['small precincts, 3 layers, SOP, EPH', 'rgb', [...small, '-PLT', '-SOP', '-EPH', '-r', '30,15,5', '-I']],
  ['small precincts, LRCP, 2 layers', 'rgb', [...small, '-p', 'LRCP', '-PLT', '-r', '30,5']],
  ['small precincts, an image offset', 'rgb', [...small, '-PLT', '-d', '37,211', '-I', '-r', '10']],
  [
    'small precincts, odd tiles with offsets',
    'rgb',
    [...small, '-PLT', '-t', '256,300', '-d', '137,211', '-T', '100,200', '-r', '4'],
  ],
  ['small precincts, wider than high, 16 bits', 'rgb16', ['-p', 'PCRL', '-c', '[128,32]', '-b', '32,32', '-PLT']],
  ['small precincts, grey', 'grey', [...small, '-PLT', '-I', '-r', '8']],
  ['no precincts', 'rgb', ['-p', 'RPCL', '-PLT', '-I', '-r', '10']],
  ['no precincts, walked', 'rgb', ['-p', 'LRCP']],
  ['grey', 'grey', listed],
  ['grey, tiled, walked', 'grey', [...rpcl, '-t', '256,256', '-I', '-r', '8']],
  ['16 bits', 'rgb16', [...listed, '-I', '-r', '10']],
  ['16 bits without loss, walked', 'rgb16', rpcl],
];

describe.skipIf(!hasOpj)('regions are what opj_decompress makes of them, at every resolution', () => {
  const folder = new OpjFolder(new URL('../../../demo/images/nuthatch.jpg', import.meta.url), WIDTH, HEIGHT);
  afterAll(() => folder.remove());

  for (const [index, [name, kind, options]] of ROWS.entries()) {
    test(`${name}`, { timeout: 60_000 }, async () => {
      const file = `${index}.jp2`;
      const bytes = await folder.compress(file, kind, ['-n', `${RESOLUTIONS}`, ...options]);
      const differing: string[] = [];
      const random = randomNumbers(index + 1);
      const object = countingObject(bytes);
      const structure = await readStructureOf(object.read, bytes.length);
      const reader = unitReader(structure, object.read);
      const { codestream } = structure;
      const tiles = codestream.columns * codestream.rows;
      for (let region = 0; region < REGIONS * RESOLUTIONS; region++) {
        const reduce = region % RESOLUTIONS;
        const area = randomArea(random, codestream);
        const reduced = reducedArea(area, reduce);
        if (!intersection(reduced, reduced)) continue;
        const ours = await decodeArea(reader, structure, reduced, reduce);
        const theirs = await folder.decompress(file, kind, area, reduce);
        // Across tiles opj_decompress decodes those as a whole that are wholly inside: a level may differ (9/7).
        const most = tiles === 1 || codestream.codings[0]?.reversible ? 0 : 1;
        const found = difference(ours, theirs);
        if (found > most) differing.push(`${JSON.stringify(area)} at ${reduce}: ${found}`);
      }
      expect(differing).toEqual([]);
    });
  }

  test('subsampled colours are what the whole file gives', async () => {
    const bytes = await folder.compress('yuv.j2k', 'yuv420', [...listed, '-mct', '0', '-n', '5']);
    const object = countingObject(bytes);
    const structure = await readStructureOf(object.read, bytes.length);
    expect(structure.meaning.space).toBe('ycbcr');
    const reader = unitReader(structure, object.read);
    for (let reduce = 0; reduce < RESOLUTIONS; reduce++) {
      const whole = await decodeWhole(structure, bytes, reduce);
      const area = reducedArea({ x0: 96, y0: 64, x1: 416, y1: 320 }, reduce);
      const part = await decodeArea(reader, structure, area, reduce);
      expect(difference(part, cropped(whole, area))).toBe(0);
    }
  });

  test('alpha is a channel of its own', async () => {
    const bytes = await folder.compress('rgba.jp2', 'rgba', [...listed, '-n', '5']);
    const structure = await readStructureOf(countingObject(bytes).read, bytes.length);
    expect(structure.colour).toMatchObject({ space: 'rgb', alpha: 'unassociated' });
    expect(structure.meaning.channels).toEqual([0, 1, 2, 3]);
    const reader = unitReader(structure, countingObject(bytes).read);
    const { values } = await decodeArea(reader, structure, { x0: 300, y0: 10, x1: 302, y1: 11 }, 0);
    expect([values[3], values[7]]).toEqual([300 - 256, 301 - 256]);
  });
});

/** A linear congruential generator: the same regions each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

function randomArea(random: (below: number) => number, { x0, y0 }: { readonly x0: number; readonly y0: number }) {
  const side = (start: number, length: number) => {
    const from = random(length - 40);
    return [start + from, start + from + 40 + random(length - 40 - from)] as const;
  };
  const [left, right] = side(x0, WIDTH);
  const [top, bottom] = side(y0, HEIGHT);
  return { x0: left, y0: top, x1: right, y1: bottom };
}
