import type { Format, ImageRequest, Rect, Size } from '../iiif/request.ts';
import type { Level, Resolution, TiledImage } from '../image/image.ts';
import type { Filter } from '../kernel/filters.ts';
import type { Rectangle } from './orientation.ts';
import type { PlacedOverlay } from './overlay.ts';
import type { Blank } from './redaction.ts';

/** One stored tile of a level. */
export interface TileRef {
  readonly column: number;
  readonly row: number;
}

/** The stored tile is the answer, byte for byte but for its tables, or what of it isn't padding. */
export interface PassthroughPlan {
  readonly kind: 'passthrough';
  readonly level: Level;
  readonly tile: TileRef;
  /** The tile is cut to its top-left pixels, losslessly; undefined where it is wholly picture. */
  readonly crop: Size | undefined;
}

/** Decode the tiles, crop, scale, mirror, rotate, reduce the quality, encode. */
export interface RenderPlan {
  readonly kind: 'render';
  readonly level: Level;
  /** Every stored tile that the area touches, row by row. */
  readonly tiles: readonly TileRef[];
  /** What of the level is assembled, in its whole stored pixels: the crop and what the filter reaches beside it. */
  readonly area: Rect;
  /** Each tile is halved this many times as it arrives, where the file has no level small enough. */
  readonly halvings: number;
  /** What of the level is shown, in the level's stored pixels, possibly fractional. */
  readonly crop: Rectangle;
  /** Size of the crop after scaling, in pixels, before mirroring and rotation. */
  readonly size: Size;
  readonly filter: Filter;
  readonly mirror: boolean;
  /** Clockwise, 0 ≤ degrees < 360. */
  readonly degrees: number;
  readonly quality: ImageRequest['quality'];
  readonly format: Format;
  /** Tiles are read with their transparency masks. */
  readonly masked: boolean;
  /** Of the answer. */
  readonly resolution: Resolution | undefined;
  /** What of the assembled pixels is painted over before they are scaled. */
  readonly blanks: readonly Blank[];
  /** What is drawn over the scaled pixels, before they are mirrored and turned. */
  readonly overlays: readonly PlacedOverlay[];
}

export type Plan = PassthroughPlan | RenderPlan;

/** What was asked, already resolved against the image's size. */
export interface ResolvedRequest {
  /** In displayed pixels of the full image, within it. */
  readonly region: Rect;
  /** Before rotation. */
  readonly size: Size;
  readonly rotation: ImageRequest['rotation'];
  readonly quality: ImageRequest['quality'];
  readonly format: Format;
}

/** What of an image a plan looks at. */
export type PlannedImage = Pick<
  TiledImage,
  'width' | 'height' | 'orientation' | 'levels' | 'drafts' | 'colour' | 'tileFormat' | 'masked' | 'resolution'
>;
