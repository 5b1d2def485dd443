import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange } from '../../../src/source/source.ts';
import { compared, type Figure, single, skipped } from '../figures.ts';
import { PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { HEIGHT, makeJpeg2000Files, WIDTH } from '../jpeg2000-files.ts';
import { ask, countedServer, squarePath } from '../jpeg2000-server.ts';
import { median, sum } from '../statistics.ts';

const FOLDER = fileURLToPath(new URL('../../../.cache/bench/jpeg2000', import.meta.url));
const SIDE = 512;
const UNIT = 1024;
const SPOTS = 8;
/** Tiles of a pan, across and down. */
const PAN = { columns: 4, rows: 3 };

/** What regions of a large single-tile file cost, in this process: requests, bytes, and time beside OpenJPEG's program. */
export const jpeg2000: Group = {
  name: 'JPEG 2000 by byte range, 77 megapixels in one tile',
  async measure({ fixtures }) {
    const files = await makeJpeg2000Files(fixtures.files[PHOTO] ?? '', FOLDER);
    if (!files) return [skipped('JPEG 2000', 'opj_compress is not installed')];
    const figures: Figure[] = [];
    for (const [kind, file] of files)
      figures.push(...(await costs(kind, await readFile(file))), ...(await times(kind, file)));
    return figures;
  },
};

/** Places in pixels of a resolution, one after the other all over the image. */
function spot(index: number, reduce: number, step: number): readonly [x: number, y: number] {
  const columns = Math.floor(WIDTH / 2 ** reduce / step);
  const rows = Math.floor(HEIGHT / 2 ** reduce / step);
  return [((index * 7 + 1) % Math.max(1, columns - 1)) * step, ((index * 3 + 1) % Math.max(1, rows - 1)) * step];
}

async function costs(kind: string, bytes: Buffer): Promise<readonly Figure[]> {
  const opening = countedServer(bytes);
  await ask(opening.server, 'info.json');
  const opened = opening.take();
  const length = (ranges: readonly ByteRange[]) => sum(ranges.map((range) => range.length));
  const figures = [
    single(`${kind}: requests to open`, opened.length, '', { atMost: 10 }),
    single(`${kind}: bytes to open`, length(opened) / 1024, 'KB', { atMost: 128 }),
  ];
  for (const reduce of [0, 1, 2, 3]) {
    const reads: (readonly ByteRange[])[] = [];
    for (let index = 0; index < SPOTS; index++) {
      const { server, take } = countedServer(bytes);
      await ask(server, 'info.json');
      take();
      const [x, y] = spot(index, reduce, SIDE);
      await ask(server, squarePath(x, y, SIDE, reduce));
      reads.push(take());
    }
    const size = (2 ** -reduce).toString();
    figures.push(
      single(`${kind}: bytes of a cold 512² region at ${size}`, Math.max(...reads.map(length)) / 1024, 'KB', {
        atMost: 1536,
      }),
      single(`${kind}: ranges of it`, Math.max(...reads.map((ranges) => ranges.length)), '', { atMost: 20 }),
    );
  }
  const { server, take } = countedServer(bytes);
  await ask(server, 'info.json');
  take();
  for (let row = 0; row < PAN.rows; row++) {
    for (let column = 0; column < PAN.columns; column++) {
      await ask(server, squarePath((column + 6) * SIDE, (row + 4) * SIDE, SIDE, 0));
    }
  }
  const panned = length(take()) / (PAN.rows * PAN.columns);
  return [...figures, single(`${kind}: bytes a tile while panning`, panned / 1024, 'KB', { atMost: 450 })];
}

/** The program's time has its start and the reading of the file in it; a region of a few pixels takes as long as these. */
async function times(kind: string, file: string): Promise<readonly Figure[]> {
  const bytes = await readFile(file);
  const folder = await mkdtemp(join(tmpdir(), 'potto-jp2-'));
  const native = (x: number, y: number, side: number) => {
    const start = performance.now();
    const area = [x, y, x + side, y + side].join(',');
    execFileSync('opj_decompress', ['-i', file, '-o', join(folder, 'area.ppm'), '-d', area], { stdio: 'ignore' });
    return performance.now() - start;
  };
  const figures: Figure[] = [];
  for (const side of [SIDE, UNIT]) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    const { server } = countedServer(bytes);
    // The WASM is compiled, and the index read.
    await ask(server, squarePath(0, 0, side, 0));
    for (let index = 0; index < SPOTS; index++) {
      const [x, y] = spot(index, 0, UNIT);
      const start = performance.now();
      await ask(server, squarePath(x, y, side, 0));
      ours.push(performance.now() - start);
      theirs.push(native(x, y, side));
    }
    figures.push(
      compared({
        name: `${kind}: a region of ${side}² at full resolution, cold`,
        potto: median(ours),
        peer: median(theirs),
        against: 'opj_decompress -d, with its start',
        unit: 'ms',
        target: { atMost: 1.2 },
      }),
    );
  }
  await rm(folder, { recursive: true });
  return figures;
}
