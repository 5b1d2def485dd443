import type { LoggedRequest } from '../../../demo/store/request-log.ts';
import type { ByteRange } from '../../../src/source/source.ts';
import { compared, single } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { sum } from '../statistics.ts';
import { interiorTiles, tilesWithin, WHOLE } from '../tiles.ts';

interface ShownTile {
  readonly url: string;
  /** Of the answer's body. */
  readonly bytes: number;
  /** Names in its Server-Timing. */
  readonly facts: readonly string[];
}

/** Region, size, rotation and file of an image request. */
function pathOf({ url }: ShownTile): string {
  return decodeURIComponent(url).split('/').slice(-4).join('/');
}

/** A person zooms about in OpenSeadragon: what is passed through, and what is read for it. */
export const viewerSession: Group = {
  name: 'A zoom session in OpenSeadragon, JPEG pyramid of 512² tiles, cold',
  async measure(equipment) {
    const { browser, photo, nextCopy } = equipment;
    const { near, context } = browser;
    const id = copyOf(PHOTO, nextCopy());
    const page = await context.newPage();
    await page.goto(`${near.site}zoom.html`);
    const { shown }: { readonly shown: readonly ShownTile[] } = await page.evaluate(
      `session({ info: '${near.site}iiif/3/${id}/info.json' })`,
    );
    await page.close();

    const interior = new Set(
      photo.image.levels.flatMap(({ index }) => interiorTiles(photo.image, index)).map(({ path }) => path),
    );
    const inner = shown.filter((one) => interior.has(pathOf(one)));
    const passed = inner.filter(({ facts }) => facts.includes('passthrough'));
    const stored = await storedTiles(equipment);
    const asked = (await browser.storeLog()).filter(({ key }) => key === `${id}.tif`);
    // Reads of tiles, joined or not, begin where a tile begins and end where one ends; windows of the header, which bring
    // the tiles of small levels along, don't.
    const starts = new Set([...stored.values()].map(({ offset }) => offset));
    const ends = new Set([...stored.values()].map(({ offset, length }) => offset + length - 1));
    const isForTiles = ({ range = '' }: LoggedRequest) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      return starts.has(Number(first)) && ends.has(Number(last));
    };
    const forTiles = asked.filter(isForTiles);
    const headers = asked.filter((request) => !isForTiles(request));
    const bytes = (requests: readonly LoggedRequest[]) => sum(requests.map((one) => one.bytes));
    const shownBytes = sum(shown.map((one) => stored.get(pathOf(one))?.length ?? one.bytes));
    return [
      single('tiles shown', shown.length, ''),
      single('of these cut by an edge', shown.length - inner.length, ''),
      single('passthrough share, edge tiles left out', (100 * passed.length) / inner.length, '%', { atLeast: 100 }),
      compared({
        name: 'bytes read for tiles',
        potto: bytes(forTiles) / 1000,
        peer: shownBytes / 1000,
        against: 'stored bytes of the tiles shown',
        unit: 'KB',
        target: { atMost: 1.05 },
      }),
      compared({
        name: 'the same',
        potto: bytes(forTiles) / 1000,
        peer: sum(shown.map((one) => one.bytes)) / 1000,
        against: 'bytes of the answers, edges cut off',
        unit: 'KB',
        target: { atMost: 1.05 },
      }),
      single('bytes read of the headers, small levels among them', bytes(headers) / 1000, 'KB'),
      compared({
        name: 'bytes read in all',
        potto: bytes(asked) / 1000,
        peer: shownBytes / 1000,
        against: 'stored bytes of the tiles shown',
        unit: 'KB',
      }),
      single('requests for the headers', headers.length, ''),
      single('requests to the bucket per tile shown', asked.length / shown.length, '', { atMost: 0.5 }),
    ];
  },
};

/** Where every tile lies, by the path a viewer asks for it. */
async function storedTiles({ photo }: Equipment): Promise<ReadonlyMap<string, ByteRange>> {
  const ranges = new Map<string, ByteRange>();
  for (const { index } of photo.image.levels) {
    for (const { path, level, column, row } of tilesWithin(photo.image, index, WHOLE)) {
      ranges.set(path, await photo.tileRange(level, column, row));
    }
  }
  return ranges;
}
