/** Major version of the Image API: 2 stands for 2.1, 3 for 3.0. */
export type Version = 2 | 3;

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels of the full image, `x,y` its upper left corner. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** What part of the image is asked for (section 4.1). `pixels` counts pixels, `percent` is 0–100 of width and height. */
export type Region =
  | { readonly kind: 'full' }
  | { readonly kind: 'square' }
  | ({ readonly kind: 'pixels' } & Rect)
  | ({ readonly kind: 'percent' } & Rect);

/**
 * To what size the region is scaled (section 4.2). `upscale` allows more pixels than the region has: the `^` of 3.0,
 * and always true in 2.1, except for `max`. `full` exists in 2.1 only.
 */
export type SizeRequest =
  | { readonly kind: 'full' }
  | { readonly kind: 'max'; readonly upscale: boolean }
  | { readonly kind: 'width'; readonly width: number; readonly upscale: boolean }
  | { readonly kind: 'height'; readonly height: number; readonly upscale: boolean }
  | { readonly kind: 'percent'; readonly percent: number; readonly upscale: boolean }
  | ({ readonly kind: 'exact'; readonly upscale: boolean } & Size)
  | ({ readonly kind: 'confined'; readonly upscale: boolean } & Size);

/** Mirroring on the vertical axis first, then clockwise rotation by 0–360 degrees (section 4.3). */
export interface Rotation {
  /** Before it is turned. */
  readonly mirror: boolean;
  /** Clockwise, from 0 to 360. */
  readonly degrees: number;
}

/** Quality (Image API 3.0, section 4.4). */
export type Quality = 'default' | 'color' | 'gray' | 'bitonal';
/** The formats that are written, and advertised: those of every level 2 service first (section 4.5). */
export const FORMATS = ['jpg', 'png', 'webp', 'gif', 'tif', 'avif', 'pdf'] as const;
/** A format that is written. */
export type Format = (typeof FORMATS)[number];

/** One image request, as its URL says it: nothing here knows the image yet. */
export interface ImageRequest {
  readonly region: Region;
  readonly size: SizeRequest;
  readonly rotation: Rotation;
  readonly quality: Quality;
  readonly format: Format;
}

/**
 * Largest answers this service gives (`maxWidth`, `maxHeight`, `maxArea`, section 5.2 of 3.0 and 5.3 of 2.1).
 * `maxHeight` is `maxWidth` where only that is given. Upscaling needs `maxWidth` or `maxArea` (3.0, section 5.7).
 */
export interface Limits {
  /** Pixels. */
  readonly maxWidth?: number | undefined;
  /** Pixels. */
  readonly maxHeight?: number | undefined;
  /** Pixels. */
  readonly maxArea?: number | undefined;
}

/** Region in whole pixels, cropped at the image's edges, and the size it is scaled to, before rotation. */
export interface Geometry {
  readonly region: Rect;
  readonly size: Size;
}
