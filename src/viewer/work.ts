import type { Region } from './view.ts';

/** What is shown: one image, or the pages of a book. */
export interface Work {
  /** '' where it has none. */
  readonly label: string;
  readonly pages: readonly Page[];
  /** The pages follow each other from right to left. */
  readonly isRightToLeft: boolean;
}

export interface Page {
  /** '' where it has none. */
  readonly label: string;
  /** Of the label: a language tag (BCP 47), where it is told. */
  readonly language: string | undefined;
  readonly content: PageContent;
  /** URL of a small picture. */
  readonly thumbnail: string | undefined;
}

export type PageContent = ImageContent | CanvasContent;

export type ImageContent =
  /** An image service; `id` is its base URI. */
  | { readonly kind: 'service'; readonly id: string }
  /** A picture that is loaded as a whole. */
  | { readonly kind: 'picture'; readonly url: string };

/** Images that are put together on one surface, whose pixels all regions are told in. */
export interface CanvasContent {
  readonly kind: 'canvas';
  readonly width: number;
  readonly height: number;
  /** The first one lies lowest. */
  readonly images: readonly PlacedImage[];
}

export interface PlacedImage {
  readonly content: ImageContent;
  /** Its place on the canvas. */
  readonly place: Region;
}

/** Width in pixels of a thumbnail in the strip, at two pixels a CSS pixel. */
export const THUMBNAIL_WIDTH = 160;

/** URL of a thumbnail by an image service. `width`: of the whole image, where it is known. */
export function thumbnailOf(service: string, width?: number): string {
  return `${service}/full/${Math.min(THUMBNAIL_WIDTH, width ?? THUMBNAIL_WIDTH)},/0/default.jpg`;
}

/** A work of one image. */
export function singleImage(id: string, label: string): Work {
  return {
    label,
    isRightToLeft: false,
    pages: [{ label: '', language: undefined, content: { kind: 'service', id }, thumbnail: undefined }],
  };
}
