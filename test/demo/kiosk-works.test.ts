import { expect, test } from 'vitest';
import { type ShownPack, worksOnShow } from '../../demo/kiosk/works.ts';

const image = (identifier: string, held = 10) => ({ identifier, bytes: 10, held });

function pack(label: string, works: ShownPack['works'], documents: ShownPack['documents'] = []): ShownPack {
  return { label, works, documents, isComplete: works.every(({ bytes, held }) => held === bytes) };
}

/** As another site would write it. */
function manifest(label: string, ids: readonly string[]): { readonly url: string; readonly text: string } {
  const items = ids.map((id) => ({
    type: 'Canvas',
    items: [{ items: [{ body: { service: [{ id: `https://elsewhere.org/iiif/3/${id}`, type: 'ImageService3' }] } }] }],
  }));
  return {
    url: `https://elsewhere.org/${label}`,
    text: JSON.stringify({ type: 'Manifest', label: { en: [label] }, items }),
  };
}

const titles = (packs: readonly ShownPack[], wanted?: readonly string[]) =>
  worksOnShow(packs, wanted).map(({ title }) => title);

test("without packs the demo's own works are shown, and none of them is known to be here", () => {
  const works = worksOnShow([]);
  expect(works.map(({ pages }) => pages[0])).toContain('moon');
  expect(works.some(({ isHere }) => isHere)).toBe(false);
});

test('with packs, only what is in them is shown, complete packs first', () => {
  const packs = [pack('moon', [image('moon', 3)]), pack('Maps', [image('world-1689'), image('scans/old_town.tif')])];
  expect(titles(packs)).toEqual(['World map, 1689', 'old town', 'The whole surface of the Moon']);
  expect(worksOnShow(packs).map(({ isHere }) => isHere)).toEqual([true, true, false]);
});

test('a manifest is one work under its label, with its pages in order, wherever it came from', () => {
  const ids = ['book%2F1', 'book%2F2', 'two.tif;2'];
  const book = pack('x', [image('book/1'), image('book/2'), image('two.tif')], [manifest('A book', ids)]);
  expect(worksOnShow([book])).toEqual([
    { title: 'A book', author: undefined, pages: ['book/1', 'book/2', 'two.tif;2'], isHere: true },
  ]);
});

test('a collection is as many works as it has manifests; images of other servers are none of them', () => {
  const documents = [
    { url: 'https://elsewhere.org/all', text: JSON.stringify({ type: 'Collection', label: 'All', items: [] }) },
    manifest('First', ['a']),
    manifest('Second', ['b', 'foreign']),
  ];
  expect(titles([pack('All', [image('a'), image('b')], documents)])).toEqual(['First', 'Second']);
});

test('a work that is in several packs is shown once', () => {
  expect(titles([pack('One', [image('a')]), pack('a', [image('a')])])).toEqual(['One']);
});

test('chosen works are shown in their order, pinned or not', () => {
  const packs = [pack('x', [image('p1'), image('p2')], [manifest('A book', ['p1', 'p2'])])];
  expect(titles(packs, ['moon', 'p2', 'unknown-work'])).toEqual([
    'The whole surface of the Moon',
    'A book',
    'unknown work',
  ]);
});
