import { type Bench, batchOf, potto } from '../browser.ts';
import { compared } from '../figures.ts';
import { SMALL_COPIES, SMALL_IMAGES, smallImages } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import type { Wanted } from '../in-page.ts';
import { startIiifProcessor } from '../peers/iiif-processor.ts';
import { interleave, median, sum } from '../statistics.ts';

const REQUEST = 'full/!400,400/0/default.jpg';
/** As many requests as browsers send to one host at once over HTTP/1.1. */
const PARALLEL = 6;

/** A page of search results, against a server in Node whose pixels are libvips'. */
export const thumbnails: Group = {
  name: 'Thumbnails, cold, loopback',
  async measure({ browser, fixtures }) {
    const { near } = browser;
    const peer = await startIiifProcessor(fixtures.folder);
    try {
      const bytes = { potto: 0, peer: 0 };
      const ask = async (side: 'potto' | 'peer', names: readonly string[]) => {
        const wanted = names.map((name) => ({
          url: side === 'potto' ? potto(near, `${name}/${REQUEST}`) : `${peer.base}${name}/${REQUEST}`,
        }));
        const frame = side === 'potto' ? near.page : near.plain;
        const { milliseconds, exchanges } = await batchOf(frame, wanted, PARALLEL);
        bytes[side] = sum(exchanges.map((one) => one.bytes));
        return milliseconds;
      };
      const turns = (first: number) => ({
        potto: (round: number) => ask('potto', smallImages(first + round)),
        peer: (round: number) => ask('peer', smallImages(first + round)),
      });
      // Code is compiled, files come into the machine's memory.
      await interleave(1, turns(0));
      const reads = await readsOf(browser, near, smallImages(0));
      const readAlone = async () => (await batchOf(near.plain, reads, PARALLEL)).milliseconds;
      await readAlone();
      const times = await interleave(SMALL_COPIES - 1, { ...turns(1), reads: readAlone });
      const name = `full/!400,400 of ${SMALL_IMAGES} images, ${PARALLEL} in parallel`;
      const against = 'iiif-processor';
      return [
        compared({
          name,
          potto: median(times.potto),
          peer: median(times.peer),
          against,
          unit: 'ms',
          target: { atMost: 0.7 },
        }),
        compared({
          name: `of this, what is read for them, by a page without a worker, ${reads.length} ranges`,
          potto: median(times.reads),
          peer: median(times.peer),
          against,
          unit: 'ms',
        }),
        compared({ name: 'bytes of these', potto: bytes.potto / 1000, peer: bytes.peer / 1000, against, unit: 'KB' }),
      ];
    } finally {
      peer.stop();
    }
  },
};

/** What the worker asked of the store for these images. */
async function readsOf(
  browser: Equipment['browser'],
  { bucket }: Bench,
  names: readonly string[],
): Promise<readonly Wanted[]> {
  const keys = new Set(names.map((name) => `${name}.tif`));
  const log = await browser.storeLog();
  return log.flatMap(({ key, range }) => (keys.has(key) && range !== undefined ? [{ url: bucket + key, range }] : []));
}
