import images from './images/images.json' with { type: 'json' };

/** How an image is stored in the bucket: a tiled TIFF with ever smaller levels. */
export interface PyramidRecipe {
  /** TIFF compression under libvips' name: `jpeg` (YCbCr 4:2:0 below quality 90), `webp`, `deflate`. */
  readonly compression: string;
  /** 1–100; lossless compressions have none. */
  readonly quality?: number;
  /** Width and height of a tile, pixels. */
  readonly tileSize: number;
  /** Where the smaller levels stand: `chain` (one IFD after the other) or `subifds` (under the first IFD). */
  readonly levels: string;
  /** One channel instead of three. */
  readonly grey: boolean;
}

/** One image of the demo, as images/images.json lists it; where it comes from stands in images/ORIGINS.md. */
export interface DemoImage {
  /** IIIF identifier, and the key in the bucket without `.tif`. */
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly licence: { readonly name: string; readonly url: string };
  /** Name of the source picture beside images.json. */
  readonly file: string;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly pyramid: PyramidRecipe;
}

/** The images of the demo, in the order they are shown. */
export const catalogue: readonly DemoImage[] = images;

/** How the image is stored, in words: "Tiled TIFF, JPEG, 512 × 512 tiles, levels in SubIFDs". */
export function storedAs({ compression, tileSize, levels, grey }: PyramidRecipe): string {
  const name = { jpeg: 'JPEG', webp: 'WebP', deflate: 'Deflate (lossless)' }[compression] ?? compression;
  const parts = ['Tiled TIFF', grey ? `${name}, grey` : name, `${tileSize} × ${tileSize} tiles`];
  return [...parts, ...(levels === 'subifds' ? ['levels in SubIFDs'] : [])].join(', ');
}
