import { describe, expect, test } from 'vitest';
import { manifest } from '../../src/iiif/manifest.ts';

const id = 'https://potto.example/iiif/3/shelf%2Fbook';
const pages = [
  { width: 1400, height: 2000 },
  { width: 150, height: 100 },
];
const book = { id, identifier: 'shelf/book', pages, complete: true };

test('each page is a canvas of its size, painted by its own image service', () => {
  const service = [{ id: `${id};2`, type: 'ImageService3', profile: 'level2' }];
  const jpeg = { type: 'Image', format: 'image/jpeg', service };
  expect(manifest(book, {})).toMatchObject({
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: `${id}/manifest.json`,
    type: 'Manifest',
    label: { none: ['book'] },
    items: [
      { type: 'Canvas', label: { none: ['1'] }, width: 1400, height: 2000 },
      {
        id: `${id}/canvas/2`,
        type: 'Canvas',
        label: { none: ['2'] },
        width: 150,
        height: 100,
        thumbnail: [{ ...jpeg, id: `${id};2/full/!200,200/0/default.jpg`, width: 150, height: 100 }],
        items: [
          {
            type: 'AnnotationPage',
            items: [
              {
                type: 'Annotation',
                motivation: 'painting',
                target: `${id}/canvas/2`,
                body: { ...jpeg, id: `${id};2/full/max/0/default.jpg`, width: 150, height: 100 },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('the first page is the image itself, and its thumbnail that of the whole', () => {
  const { thumbnail, items } = manifest(book, {});
  const [first] = items as readonly { readonly thumbnail: unknown }[];
  expect(thumbnail).toEqual(first?.thumbnail);
  expect(thumbnail).toMatchObject([{ id: `${id}/full/!200,200/0/default.jpg`, width: 140, height: 200 }]);
});

test('pictures are as large as the limits allow, canvases as large as the pages', () => {
  const { items } = manifest(book, { maxWidth: 700 });
  expect(items).toMatchObject([
    { width: 1400, height: 2000, items: [{ items: [{ body: { width: 490, height: 700 } }] }] },
    { width: 150 },
  ]);
});

test('rights are those of the image', () => {
  const rights = 'http://creativecommons.org/publicdomain/mark/1.0/';
  expect(manifest(book, {}, { rights })).toMatchObject({ rights });
  expect(manifest(book, {})).not.toHaveProperty('rights');
});

test('that pages are left out is said', () => {
  expect(manifest({ ...book, complete: false }, {})).toMatchObject({
    summary: { en: ['Only the first 2 pages of the file are shown.'] },
  });
  expect(manifest(book, {})).not.toHaveProperty('summary');
});

describe('the shape that the Presentation API 3.0 asks for', () => {
  type Node = Readonly<Record<string, unknown>>;
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
  const nodesOf = (value: unknown): readonly Node[] => {
    if (Array.isArray(value)) return value.flatMap(nodesOf);
    return isNode(value) ? [value, ...Object.values(value).flatMap(nodesOf)] : [];
  };
  const resources = nodesOf(manifest(book, {})).filter((node) => 'type' in node);

  test('every resource has an HTTP URI without a fragment, and none but services and pictures share one', () => {
    for (const node of resources) expect(String(node.id)).toMatch(/^https?:\/\/[^#\s]+$/);
    const own = resources.filter(({ type }) => type !== 'ImageService3' && type !== 'Image').map((node) => node.id);
    expect(new Set(own).size).toBe(own.length);
  });

  test('labels are language maps', () => {
    for (const { label } of resources) {
      if (label !== undefined) expect(label).toEqual({ none: [expect.any(String)] });
    }
  });

  test('the context stands at the top only', () => {
    expect(resources.filter((node) => '@context' in node)).toHaveLength(1);
    expect(Object.keys(manifest(book, {}))[0]).toBe('@context');
  });
});
