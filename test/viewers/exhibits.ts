import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { type Pixels, type Point, pixelsOf } from './match.ts';

/** What a viewer opens, and what has to be seen then. */
export interface Exhibit {
  readonly name: string;
  /** Appended to the viewer's label. */
  readonly label: string;
  /** Viewers that are given it, by name; all where there is no list. */
  readonly viewers?: readonly string[];
  /** Identifiers of the images in it. */
  readonly images: readonly string[];
  /** The manifest that stands at `manifest.json` of the site; by default the worker's own of the first image. */
  readonly manifest?: (site: string) => unknown;
  readonly picture: Pixels;
  /** What is zoomed to: a place of the picture with much to recognise. */
  readonly point: Point;
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Identifiers, as the docs have them, of the demo's images. */
const IMAGES = { 'page-1': 'nuthatch', 'page-2': 'world-1689' } as const;

/** The demo's pyramids under the names that the docs use. */
export async function objects(): Promise<ReadonlyMap<string, Uint8Array>> {
  const pyramids = await makePyramids(join(PROJECT, '.cache/demo'));
  const read = async (id: string) => readFile(pyramids.find((pyramid) => pyramid.id === id)?.file ?? '');
  return new Map(
    await Promise.all(Object.entries(IMAGES).map(async ([key, id]) => [`${key}.tif`, await read(id)] as const)),
  );
}

const photograph = (key: keyof typeof IMAGES) => sharp(join(PROJECT, `demo/images/${IMAGES[key]}.jpg`));

/** Of the first image, in pixels. */
const SIZE = { width: 6028, height: 3391 };
/** The bird's breast. */
const BIRD = { x: 2920, y: 1970 };

export async function makeExhibits(): Promise<readonly Exhibit[]> {
  const first = await pixelsOf(photograph('page-1'));
  // As high as the first, to its right.
  const second = await photograph('page-2').resize({ height: SIZE.height }).toBuffer({ resolveWithObject: true });
  const both = photograph('page-1')
    .extend({ right: second.info.width })
    .composite([{ input: second.data, left: SIZE.width, top: 0 }]);
  return [
    { name: 'one', label: '', images: ['page-1'], picture: first, point: BIRD },
    {
      name: 'two',
      label: ', two images on a canvas',
      viewers: ['mirador', 'tify'],
      images: ['page-1', 'page-2'],
      manifest: (site) => canvasOfTwo(site, second.info.width),
      picture: await pixelsOf(both),
      point: BIRD,
    },
  ];
}

/** A manifest whose one canvas is painted by both images, each at its place. */
function canvasOfTwo(site: string, secondWidth: number): unknown {
  const canvas = `${site}canvas/1`;
  const painting = (image: string, left: number, width: number) => ({
    id: `${canvas}/${image}`,
    type: 'Annotation',
    motivation: 'painting',
    target: `${canvas}#xywh=${left},0,${width},${SIZE.height}`,
    body: {
      id: `${site}iiif/3/${image}/full/max/0/default.jpg`,
      type: 'Image',
      format: 'image/jpeg',
      service: [{ id: `${site}iiif/3/${image}`, type: 'ImageService3', profile: 'level2' }],
    },
  });
  const items = [painting('page-1', 0, SIZE.width), painting('page-2', SIZE.width, secondWidth)];
  return {
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: `${site}manifest.json`,
    type: 'Manifest',
    label: { en: ['Two images on a canvas'] },
    items: [
      {
        id: canvas,
        type: 'Canvas',
        width: SIZE.width + secondWidth,
        height: SIZE.height,
        items: [{ id: `${canvas}/page`, type: 'AnnotationPage', items }],
      },
    ],
  };
}
