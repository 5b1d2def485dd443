import type { Frame, Page } from 'playwright';
import { results } from '../../../demo/search/results.ts';
import { potto } from '../browser.ts';
import { compared, single } from '../figures.ts';
import type { Group } from '../group.ts';
import { bytesOf } from '../in-page.ts';
import { interleave, median } from '../statistics.ts';

const THUMBNAILS = 200;
const ROUNDS = 7;

/** What was waited for. */
interface Shown {
  readonly milliseconds: number;
  /** Pictures that came without an error. */
  readonly count: number;
}

/** The demo's search page against the same pictures as ready-made files: a worker that has never been asked anything. */
export const searchPage: Group = {
  name: `Search page, ${THUMBNAILS} thumbnails, cold, loopback`,
  async measure({ browser }) {
    const paths = results.slice(0, THUMBNAILS).map(({ thumbnail }) => thumbnail.path);
    const { near } = browser;
    const site = new URL(near.plain.url()).href;
    const sizes: number[] = [];
    for (const [index, path] of paths.entries()) {
      const { bytes } = await near.page.evaluate(bytesOf, potto(near, readyMade(path)));
      sizes.push(bytes.length);
      await fetch(`${site}thumbnail-${index}.jpg`, { method: 'PUT', body: Uint8Array.from(bytes) });
    }
    const show = async (frame: Page | Frame, urls: readonly string[]) => {
      const { milliseconds, count } = await frame.evaluate<Shown>(`(${UNTIL_SHOWN})(${JSON.stringify(urls)})`);
      if (count !== urls.length) throw new Error(`${count} of ${urls.length} pictures came`);
      return milliseconds;
    };
    const turns = (first: number) => ({
      async potto(round: number) {
        const bench = await browser.install(`search-${first + round}`);
        const milliseconds = await show(
          bench.page,
          paths.map((path) => potto(bench, path)),
        );
        await bench.page.close();
        return milliseconds;
      },
      peer: (round: number) =>
        show(
          near.plain,
          paths.map((_, index) => `${site}thumbnail-${index}.jpg?round=${first + round}`),
        ),
      again: (round: number) =>
        show(
          near.page,
          paths.map((path) => `${potto(near, path)}?round=${first + round}`),
        ),
    });
    await interleave(1, turns(0));
    const times = await interleave(ROUNDS, turns(1));
    const against = 'ready-made JPEG files';
    const peer = median(times.peer);
    return [
      compared({
        name: 'all of them decoded, by a worker that has just been installed',
        potto: median(times.potto),
        peer,
        against,
        unit: 'ms',
        target: { atMost: 2 },
      }),
      compared({ name: 'seen before', potto: median(times.again), peer, against, unit: 'ms', target: { atMost: 2 } }),
      single('bytes of the ready-made files', sizes.reduce((sum, size) => sum + size, 0) / 1000, 'KB'),
    ];
  },
};

/** As a library makes its thumbnails: JPEG, no larger than they are shown. */
function readyMade(path: string): string {
  return path.replace('/512,512/', '/256,256/').replace(/\.webp$/, '.jpg');
}

/** Runs inside a page: shows pictures at once, and waits until each can be painted. */
const UNTIL_SHOWN = `async (urls) => {
  const begun = performance.now();
  const pictures = urls.map((src) => Object.assign(new Image(), { width: 128, height: 128, src }));
  const list = document.createElement('div');
  list.append(...pictures);
  document.body.append(list);
  const came = await Promise.allSettled(pictures.map((picture) => picture.decode()));
  const milliseconds = performance.now() - begun;
  list.remove();
  return { milliseconds, count: came.filter(({ status }) => status === 'fulfilled').length };
}`;
