import type { Pixels } from '../codec/codec.ts';
import type { ImageRequest } from '../iiif/request.ts';
import type { Rgb } from '../kernel/raster.ts';
import type { SampleWindow } from '../kernel/sample-layout.ts';
import { checkRendering, type POSITIONS } from './check-rendering.ts';

/** Which image is asked for, and how. */
export interface AskedImage {
  readonly identifier: string;
  /** Page of the file that the identifier stands for, from 1 on. */
  readonly page: number;
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
  /**
   * Rights statement or licence (a URL, or words), written as XMP into every answer that is rendered and every whole
   * image, in the formats that can hold it: not gif and avif. Stored tiles that are handed on stay as they are.
   */
  readonly rights?: string;
  /** Drawn over the image. */
  readonly overlay?: Overlay | readonly Overlay[];
  /** Parts of the image that are never shown. */
  readonly redactions?: readonly Redaction[];
}

/** How each format is written; the defaults favour time to the screen. Qualities are 1–100. */
export interface EncodingOptions {
  /** `quality` 1–100, by default 80; `small` is slower, progressive, and saves bytes. */
  readonly jpg?: {
    /** 80 by default. */
    readonly quality?: number;
    /** `4:2:0` by default. */
    readonly sampling?: '4:2:0' | '4:4:4';
    /** `small` is MozJPEG, progressive: fewer bytes for many times the time. `fast` by default. */
    readonly effort?: 'fast' | 'small';
  };
  /** `quality` 1–100, by default 80; `effort` up to 6, by default 0. */
  readonly webp?: {
    /** 80 by default. */
    readonly quality?: number;
    readonly lossless?: boolean;
    /** 0–6, libwebp's method; 0 by default. */
    readonly effort?: number;
  };
  /** `quality` 1–100, by default 60; `effort` up to 10, by default 0. */
  readonly avif?: {
    /** 60 by default, which is as near the picture as WebP's 80. */
    readonly quality?: number;
    readonly lossless?: boolean;
    /** 0–10; 0 by default. */
    readonly effort?: number;
  };
  /** By default `deflate`. */
  readonly tif?: {
    /** `deflate` by default. */
    readonly compression?: 'none' | 'deflate';
  };
  /** `quality` of the JPEG in it, by default 80. */
  readonly pdf?: {
    /** Of the picture in it, 80 by default. */
    readonly quality?: number;
  };
}

/** Where in the image an overlay lies. */
export type OverlayPosition = (typeof POSITIONS)[number];

/** A picture's bytes (PNG, WebP, JPEG), or words, white unless told otherwise, lines divided by `\n`. */
export type OverlayContent = { readonly picture: Uint8Array } | { readonly text: string; readonly colour?: Rgb };

/** Draws words as a picture on a transparent ground, some 2000 pixels wide, which is scaled to where it is shown. */
export type RasterizeText = (text: string, colour: Rgb) => Pixels | Promise<Pixels>;

/** A picture or words drawn over the whole image, and so over the same place of it in every region, size and tile. */
export interface Overlay {
  /** A picture, or words. */
  readonly content: OverlayContent;
  /** `bottom-right` by default. */
  readonly position?: OverlayPosition;
  /** Width in the image, as a share of the image's width, above 0 and up to 1; a quarter by default. */
  readonly width?: number;
  /** 0–1; 1 by default. */
  readonly opacity?: number;
  /** Width in pixels, of the whole image at the scale that is asked for, from which on the overlay is drawn; 0 by default. */
  readonly fromWidth?: number;
}

/** An overlay with its defaults. */
export type ResolvedOverlay = Required<Overlay>;

/**
 * A rectangle in pixels of the full image, as displayed. What is painted over is rounded outwards: to whole pixels of
 * the level that an answer is made from, and to whole blocks of 16 × 16 of them where it is compressed with losses, whose
 * pixels can be told from each other.
 */
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
  readonly overlays: readonly ResolvedOverlay[];
  readonly redactions: readonly Redaction[];
}

export const DEFAULT_BACKGROUND: Rgb = [255, 255, 255];

/** Quality of lossy formats where none is configured, 1–100. */
export const DEFAULT_QUALITY = 80;

/** @throws {TypeError} in words, when an option can't work. */
export function renderingOf(options: RenderingOptions = {}): Rendering {
  checkRendering(options);
  const { colour = 'keep', window, background = DEFAULT_BACKGROUND, encoding = {}, rights, overlay = [] } = options;
  const overlays = 'content' in overlay ? [overlay] : overlay;
  const { redactions = [] } = options;
  return { colour, window, background, encoding, rights, overlays: overlays.map(resolvedOverlay), redactions };
}

function resolvedOverlay(overlay: Overlay): ResolvedOverlay {
  const { position = 'bottom-right', width = 0.25, opacity = 1, fromWidth = 0 } = overlay;
  return { content: owned(overlay.content), position, width, opacity, fromWidth };
}

/** Bytes that are a part of others are copied: those would be sent along to another thread. */
function owned(content: OverlayContent): OverlayContent {
  if (!('picture' in content) || content.picture.byteLength === content.picture.buffer.byteLength) return content;
  return { picture: new Uint8Array(content.picture) };
}
