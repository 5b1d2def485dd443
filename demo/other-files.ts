/** A few of the photographs again, as a file of another kind; `build/other-files.ts` makes it. */
export interface OtherFile {
  /** Key in the bucket. */
  readonly key: string;
  /** Name of its kind, for a short list. */
  readonly label: string;
  /** How it is stored, in words. */
  readonly stored: string;
  /** Identifiers of the catalogue's images that are in it, one for each page. */
  readonly pages: readonly [first: string, ...others: string[]];
}

/** In the order they are shown. */
export const otherFiles: readonly OtherFile[] = [
  {
    key: 'picos-de-europa-inks.tif',
    label: 'TIFF in strips, CMYK',
    stored: 'TIFF in strips, LZW, CMYK with its profile',
    pages: ['picos-de-europa'],
  },
  {
    key: 'two-worlds.tif',
    label: 'TIFF of two pages',
    stored: 'TIFF of two pages, JPEG, 256 × 256 tiles',
    pages: ['behaim-globe', 'world-1689'],
  },
  { key: 'moon.png', label: 'PNG of 16 bits', stored: 'PNG, grey, 16 bits', pages: ['moon'] },
  { key: 'dandelions.avif', label: 'AVIF', stored: 'AVIF', pages: ['dandelions'] },
];
