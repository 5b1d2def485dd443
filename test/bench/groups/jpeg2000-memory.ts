import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type createJpeg2000Decoder, decodeJpeg2000 } from '../../../src/codec/jpeg2000.ts';
import { instantiateOpenJpeg } from '../../../src/codec/jpeg2000-wasm.ts';
import { nodeWasmLoader } from '../../../src/host/node-wasm.ts';
import { HeaderWindows } from '../../../src/image/header-windows.ts';
import { HeldBudget } from '../../../src/image/jp2/held-bytes.ts';
import { jp2Image } from '../../../src/image/jp2/jp2.ts';
import { readJp2Structure } from '../../../src/image/jp2/structure.ts';
import type { ByteRange } from '../../../src/source/source.ts';
import { startBrowser } from '../browser.ts';
import { type Figure, single, skipped } from '../figures.ts';
import { PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { makeJpeg2000Files } from '../jpeg2000-files.ts';
import { panning } from '../jpeg2000-panning.ts';

const FOLDER = fileURLToPath(new URL('../../../.cache/bench/jpeg2000', import.meta.url));
const HEAP_MEGABYTES = 100;
/** Too few to tell growth from warming up. An hour's are 3,600: `npm run bench:panning`. */
const MOVES = 100;

/** What the decoder and the worker hold of large files. */
export const jpeg2000Memory: Group = {
  name: 'JPEG 2000: memory, 77 megapixels in one tile',
  async measure(equipment: Equipment) {
    const files = await makeJpeg2000Files(equipment.fixtures.files[PHOTO] ?? '', FOLDER);
    if (!files) return [skipped('JPEG 2000', 'opj_compress is not installed')];
    const figures: Figure[] = [];
    for (const [kind, file] of files) {
      const heaps = await heapsOf(await readFile(file));
      for (const [index, heap] of heaps.entries()) {
        figures.push(
          single(`${kind}: the decoder's after a cold region of 1024² at ${2 ** -index}`, heap, 'MB', {
            atMost: HEAP_MEGABYTES,
          }),
        );
      }
    }
    const [file = ''] = files.values();
    await symlink(file, join(equipment.fixtures.folder, 'panned.tif'));
    // The store that runs already holds what was in its folder when it began.
    const browser = await startBrowser(equipment.fixtures.folder, undefined);
    try {
      return [...figures, ...(await panning({ browser }, 'panned', MOVES))];
    } finally {
      await browser.close();
    }
  },
};

/** Megabytes of a new decoder's memory after a region of 1024² of each resolution, the most that is decoded at once. */
async function heapsOf(bytes: Buffer): Promise<readonly number[]> {
  const read = async ({ offset, length }: ByteRange) => Uint8Array.from(bytes.subarray(offset, offset + length));
  const structure = await readJp2Structure(new HeaderWindows(read, { objectSize: () => bytes.length }));
  const image = jp2Image(structure, read, { budget: new HeldBudget() });
  const module = await nodeWasmLoader()('openjpeg');
  const heaps: number[] = [];
  for (const level of image.levels) {
    const openjpeg = await instantiateOpenJpeg(module);
    const decode: ReturnType<typeof createJpeg2000Decoder>['decode'] = async (codestream, request, use) =>
      openjpeg.decode(codestream, request, use);
    const [columns, rows] = [level.width / level.tileWidth, level.height / level.tileHeight];
    const place = { column: Math.floor(columns / 2), row: Math.floor(rows / 2) };
    const tile = await image.readBlock?.(level, { ...place, columns: 2, rows: 2 });
    if (tile?.encoding.kind !== 'jpeg2000') throw new Error('The image has no tile there');
    await decodeJpeg2000(tile, tile.encoding, { jpeg2000: { decode } });
    heaps.push(openjpeg.heapBytes() / 2 ** 20);
  }
  return heaps;
}
