import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { compared } from '../figures.ts';
import type { Group } from '../group.ts';
import { interleave, median } from '../statistics.ts';

/** As many as make the start of a program matter as little as it does with a hundred. */
const PHOTOGRAPHS = Number(process.env.BENCH_PHOTOGRAPHS ?? 16);
const ROUNDS = 5;
const SIZE = { width: 4000, height: 3000 };
const WORK = fileURLToPath(new URL('../../../.cache/bench/publish', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../../demo/images/dandelions.jpg', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** A folder of photographs made ready to be served, against what an administrator would type. */
export const publish: Group = {
  name: 'Publishing a folder of photographs',
  async measure() {
    if (spawnSync('vips', ['--version']).status !== 0) return [];
    const scans = join(WORK, 'scans');
    await rm(WORK, { recursive: true, force: true });
    await mkdir(scans, { recursive: true });
    const first = join(scans, 'photo-1.jpg');
    await sharp(PICTURE)
      .resize({ ...SIZE, fit: 'fill' })
      .jpeg({ quality: 92 })
      .toFile(first);
    for (let number = 2; number <= PHOTOGRAPHS; number++) await cp(first, join(scans, `photo-${number}.jpg`));
    const emptied = async (name: string) => {
      await rm(join(WORK, name), { recursive: true, force: true });
      await mkdir(join(WORK, name));
      return join(WORK, name);
    };
    const loop = `for f in "$0"/*.jpg; do vips tiffsave "$f" "$1/$(basename "$f" .jpg).tif" --tile --pyramid --tile-width 512 --tile-height 512 --compression jpeg --Q 85; done`;
    const times = await interleave(ROUNDS, {
      potto: async () => timed(process.execPath, [COMMAND, 'publish', scans, await emptied('site')]),
      peer: async () => timed('sh', ['-c', loop, scans, await emptied('loop')]),
    });
    await rm(WORK, { recursive: true, force: true });
    return [
      compared({
        name: `publish of ${PHOTOGRAPHS} photographs of 12 MP`,
        potto: median(times.potto),
        peer: median(times.peer),
        against: 'vips tiffsave in a shell loop',
        unit: 'ms',
        target: { atMost: 1.3 },
      }),
    ];
  },
};

async function timed(command: string, words: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return performance.now() - began;
}
