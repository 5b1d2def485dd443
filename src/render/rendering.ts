import type { ImageRequest } from '../iiif/request.ts';
import type { Rgb } from '../kernel/raster.ts';
import type { SampleWindow } from '../kernel/sample-layout.ts';

/** Which image is asked for, and how. */
export interface AskedImage {
  readonly identifier: string;
  /** What the URL asks for. */
  readonly asked: ImageRequest;
}

/** How images are shown: one for all, or one for each request. */
export type RenderingConfig =
  | RenderingOptions
  | ((image: AskedImage) => RenderingOptions | undefined | Promise<RenderingOptions | undefined>);

/** How an image is shown. Everything has a default. */
export interface RenderingOptions {
  /**
   * `keep` (default): the image's colour profile goes along wherever it is small and the format can hold it; elsewhere
   * the colours are converted to sRGB. `srgb`: they always are.
   */
  readonly colour?: 'keep' | 'srgb';
  /** Values of 16-bit, 32-bit and floating-point samples that become black and white. */
  readonly window?: SampleWindow;
  /** Shown behind transparent pixels in formats without alpha; white by default. */
  readonly background?: Rgb;
  /** How each format is written. */
  readonly encoding?: EncodingOptions;
  /** Rights statement or licence (a URL, or words), written into the metadata of answers that can hold it. */
  readonly rights?: string;
  /** Drawn over the image. */
  readonly overlay?: Overlay | readonly Overlay[];
  /** Parts of the image that are never shown. */
  readonly redactions?: readonly Redaction[];
}

/** How each format is written; the defaults favour time to the screen. */
export interface EncodingOptions {
  readonly jpg?: {
    readonly quality?: number;
    readonly sampling?: '4:2:0' | '4:4:4';
    readonly effort?: 'fast' | 'small';
  };
  readonly webp?: { readonly quality?: number; readonly lossless?: boolean; readonly effort?: number };
  readonly avif?: { readonly quality?: number; readonly lossless?: boolean; readonly effort?: number };
  readonly tif?: { readonly compression?: 'none' | 'deflate' };
  readonly pdf?: { readonly quality?: number };
}

/** Where an overlay lies in the answer. */
export type OverlayPosition =
  | 'top-left'
  | 'top'
  | 'top-right'
  | 'left'
  | 'centre'
  | 'right'
  | 'bottom-left'
  | 'bottom'
  | 'bottom-right';

/** A picture or words drawn over the whole image, and so over the same place of it in every region, size and tile. */
export interface Overlay {
  /** A picture's bytes (PNG, WebP, JPEG), or words. */
  readonly content: { readonly picture: Uint8Array } | { readonly text: string; readonly colour?: Rgb };
  readonly position?: OverlayPosition;
  /** Width in the image, as a share of the image's width, above 0 and up to 1. */
  readonly width?: number;
  /** 0–1. */
  readonly opacity?: number;
  /** Width in pixels, of the whole image at the scale that is asked for, from which on the overlay is drawn. */
  readonly fromWidth?: number;
}

/** A rectangle in pixels of the full image. */
export interface Redaction {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Black by default. */
  readonly colour?: Rgb;
}

/** The options of one request with their defaults: plain data that another thread can be given. */
export interface Rendering {
  readonly colour: 'keep' | 'srgb';
  readonly window: SampleWindow | undefined;
  readonly background: Rgb;
  readonly encoding: EncodingOptions;
  readonly rights: string | undefined;
  readonly overlays: readonly Overlay[];
  readonly redactions: readonly Redaction[];
}

export const DEFAULT_BACKGROUND: Rgb = [255, 255, 255];

/** Quality of lossy formats where none is configured, 1–100. */
export const DEFAULT_QUALITY = 80;

/** @throws {TypeError} in words, when an option can't work. */
export function renderingOf(options: RenderingOptions = {}): Rendering {
  const { colour = 'keep', window, background = DEFAULT_BACKGROUND, encoding = {}, rights, overlay = [] } = options;
  if (colour !== 'keep' && colour !== 'srgb') {
    throw new TypeError(`The option colour is "${colour}"; it must be "keep" or "srgb".`);
  }
  if (!background.every((sample) => Number.isInteger(sample) && sample >= 0 && sample <= 255)) {
    throw new TypeError(`The background is ${background}; it must be three whole numbers from 0 to 255.`);
  }
  if (window !== undefined && !(window.min < window.max)) {
    throw new TypeError(`The window is ${window.min} to ${window.max}; its min must be below its max.`);
  }
  for (const [format, settings] of Object.entries(encoding)) {
    const quality = settings && 'quality' in settings ? settings.quality : undefined;
    if (quality === undefined || (quality >= 1 && quality <= 100)) continue;
    throw new TypeError(`The quality of ${format} is ${quality}; it must be from 1 to 100.`);
  }
  const overlays = 'content' in overlay ? [overlay] : overlay;
  return { colour, window, background, encoding, rights, overlays, redactions: options.redactions ?? [] };
}
