import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reducedArea } from '../../../src/image/jp2/codestream.ts';
import { countingObject } from '../counting-object.ts';
import { cropped, decodeArea, decodeWhole, difference, readStructureOf, unitReader } from './regions.ts';

const corpus = new URL('../../../../shared/corpus/', import.meta.url);
const fixtures = new URL('fixtures/', import.meta.url);

/** Resolutions of a real file at which all of it is decoded, for comparison: larger ones take seconds. */
const MOST_PIXELS = 2 ** 21;

for (const folder of [fixtures, corpus]) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(jp2|j2k|j2c|jph|jpx)$/.test(name)) : [];
  describe.skipIf(files.length === 0)(`parts of what is in ${folder.pathname.split('/').at(-2)}/`, () => {
    for (const name of files) {
      test(`${name} shows, at every resolution, what decoding all of it shows`, { timeout: 60_000 }, async () => {
        const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
        const object = countingObject(bytes);
        const structure = await readStructureOf(object.read, bytes.length);
        const { codestream, extent } = structure;
        const [segment] = codestream.segments;
        const start = bytes.findIndex((_, at) => at < extent.offset && isCodestream(bytes, at, segment?.bytes));
        const reader = unitReader(structure, object.read);
        const most = codestream.codings[0]?.reversible ? 0 : 1;
        for (let reduce = 0; reduce <= codestream.levels; reduce++) {
          const { x0, y0, x1, y1 } = reducedArea(codestream, reduce);
          if ((x1 - x0) * (y1 - y0) > MOST_PIXELS) continue;
          const whole = await decodeWhole(structure, bytes.subarray(start), reduce);
          const [width, height] = [x1 - x0, y1 - y0];
          const from = { x0: x0 + Math.floor(width / 3), y0: y0 + Math.floor(height / 3) };
          const area = { ...from, x1: x0 + Math.ceil(width * 0.6), y1: y0 + Math.ceil(height * 0.7) };
          const part = await decodeArea(reader, structure, area, reduce);
          const within = { x0: area.x0 - x0, y0: area.y0 - y0, x1: area.x1 - x0, y1: area.y1 - y0 };
          expect(difference(part, cropped(whole, within))).toBeLessThanOrEqual(most);
        }
      });
    }
  });
}

/** SOC, and the marker SIZ of the file behind it. */
function isCodestream(bytes: Uint8Array, at: number, siz: Uint8Array | undefined): boolean {
  if (bytes[at] !== 0xff || bytes[at + 1] !== 0x4f || !siz) return false;
  return siz.every((byte, index) => bytes[at + 2 + index] === byte);
}
