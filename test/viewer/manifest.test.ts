import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/viewer/manifest.ts';

const service = (id: string) => ({ id, type: 'ImageService3', profile: 'level2' });

const painted = (body: object, label: unknown = { none: ['1r'] }) => ({
  type: 'Canvas',
  label,
  width: 3000,
  height: 2000,
  items: [{ type: 'AnnotationPage', items: [{ type: 'Annotation', motivation: 'painting', body }] }],
});

describe('a manifest of version 3.0', () => {
  test('gives its pages by their image services, with small thumbnails', () => {
    const body = { id: 'https://a.example/x.jpg', width: 100, service: [service('https://a.example/iiif/x/')] };
    expect(readManifest({ label: { en: ['Book'], de: ['Buch'] }, items: [painted(body)] }, ['de-CH'])).toEqual({
      label: 'Buch',
      isRightToLeft: false,
      pages: [
        {
          label: '1r',
          content: { kind: 'service', id: 'https://a.example/iiif/x' },
          thumbnail: 'https://a.example/iiif/x/full/100,/0/default.jpg',
        },
      ],
    });
  });

  test('of a choice shows the first, and of a picture without service the picture', () => {
    const choice = { type: 'Choice', items: [{ id: 'https://a.example/1.jpg' }, { id: 'https://a.example/2.jpg' }] };
    const { pages } = readManifest({ items: [painted(choice)], viewingDirection: 'right-to-left' }, []);
    expect(pages[0]?.content).toEqual({ kind: 'picture', url: 'https://a.example/1.jpg' });
  });

  test('puts several images together on a canvas, each in its place', () => {
    const sheet = (id: string, target: unknown) => ({
      motivation: 'painting',
      body: { service: [service(id)] },
      target,
    });
    const canvas = {
      ...painted({}),
      items: [
        {
          items: [
            sheet('ground', 'https://a.example/canvas'),
            sheet('left', 'https://a.example/canvas#xywh=0,0,1500,2000'),
            sheet('right', {
              type: 'SpecificResource',
              source: 'https://a.example/canvas',
              selector: { type: 'FragmentSelector', value: 'xywh=percent:50,0,50,100' },
            }),
          ],
        },
      ],
    };
    const [page] = readManifest({ items: [canvas] }, []).pages;
    const image = (id: string, x: number, y: number, width: number, height: number) => ({
      content: { kind: 'service', id },
      place: { x, y, width, height },
    });
    expect(page?.content).toEqual({
      ...{ kind: 'canvas', width: 3000, height: 2000 },
      images: [image('ground', 0, 0, 3000, 2000), image('left', 0, 0, 1500, 2000), image('right', 1500, 0, 1500, 2000)],
    });
    expect(page?.thumbnail).toContain('ground/full/');
  });

  test('shows an image that is named with all of the canvas, or with a part of itself, as it is', () => {
    const body = {
      type: 'SpecificResource',
      source: { id: 'https://a.example/1.jpg' },
      selector: { region: '0,0,9,9' },
    };
    const canvas = {
      ...painted({}),
      items: [{ items: [{ motivation: ['painting'], body, target: 'canvas#xywh=percent:0,0,100,100' }] }],
    };
    const [page] = readManifest({ items: [canvas] }, []).pages;
    expect(page?.content).toEqual({ kind: 'picture', url: 'https://a.example/1.jpg' });
  });

  test.each(['paged', 'continuous', 'individuals', 'unordered'])('%s, it is shown page by page', (behavior) => {
    const canvas = painted({ id: 'https://a.example/1.jpg' });
    const { pages, isRightToLeft } = readManifest({ behavior: [behavior], items: [canvas, canvas] }, []);
    expect(pages.map(({ content }) => content.kind)).toEqual(['picture', 'picture']);
    expect(isRightToLeft).toBe(false);
  });

  test('leaves out canvases without an image, and refuses one that has none at all', () => {
    const video = { ...painted({}), items: [] };
    const body = { id: 'https://a.example/1.jpg' };
    expect(readManifest({ items: [video, painted(body), 7, null] }, []).pages).toHaveLength(1);
    expect(() => readManifest({ items: [video] }, [])).toThrow('no canvas with an image');
    expect(() => readManifest({ items: 'none' }, [])).toThrow('no canvas with an image');
  });

  test('all of the canvas may be named in pixels too', () => {
    const canvas = {
      ...painted({}),
      items: [{ items: [{ body: { id: 'https://a.example/1.jpg' }, target: 'canvas#xywh=0,0,3000,2000' }] }],
    };
    expect(readManifest({ items: [canvas] }, []).pages[0]?.content.kind).toBe('picture');
  });

  test('tells the language of a label that it has only in another one', () => {
    const body = { id: 'https://a.example/1.jpg' };
    const { pages } = readManifest({ items: [painted(body, { la: ['Titulus'] }), painted(body)] }, ['en']);
    expect(pages.map(({ label, language }) => [label, language])).toEqual([
      ['Titulus', 'la'],
      ['1r', undefined],
    ]);
  });

  test('a thumbnail of its own is taken', () => {
    const canvas = {
      ...painted({ id: 'https://a.example/1.jpg' }),
      thumbnail: [{ id: 'https://a.example/small.jpg' }],
    };
    expect(readManifest({ items: [canvas] }, []).pages[0]?.thumbnail).toBe('https://a.example/small.jpg');
  });
});

test('a manifest of version 2.1 is read as well, with its texts in languages', () => {
  const resource = {
    '@id': 'https://a.example/1.jpg',
    width: 3000,
    service: { '@id': 'https://a.example/iiif/1', '@context': 'http://iiif.io/api/image/2/context.json' },
  };
  const label = [
    { '@value': 'Carte', '@language': 'fr' },
    { '@value': 'Map', '@language': 'en' },
  ];
  const canvas = { '@type': 'sc:Canvas', label: 'folio 1', images: [{ resource }] };
  const { label: title, pages } = readManifest({ label, sequences: [{ canvases: [canvas] }] }, ['en']);
  expect(title).toBe('Map');
  expect(pages).toEqual([
    {
      label: 'folio 1',
      content: { kind: 'service', id: 'https://a.example/iiif/1' },
      thumbnail: 'https://a.example/iiif/1/full/160,/0/default.jpg',
    },
  ]);
});

test('a canvas of version 2.1 has the first of a choice, and images in their places', () => {
  const resource = {
    '@type': 'oa:Choice',
    default: { '@id': 'https://a.example/1.jpg' },
    item: [{ '@id': 'https://a.example/2.jpg' }],
  };
  const canvas = {
    '@type': 'sc:Canvas',
    ...{ width: 100, height: 50 },
    images: [
      { resource, on: 'https://a.example/canvas' },
      { resource: { '@id': 'https://a.example/3.jpg' }, on: 'https://a.example/canvas#xywh=pixel:50,0,50,50' },
    ],
  };
  const [page] = readManifest({ sequences: [{ canvases: [canvas] }] }, []).pages;
  expect(page?.content).toMatchObject({
    images: [
      { content: { url: 'https://a.example/1.jpg' }, place: { x: 0, width: 100 } },
      { content: { url: 'https://a.example/3.jpg' }, place: { x: 50, width: 50 } },
    ],
  });
});
