import { ImageServerError } from '../errors.ts';
import {
  FORMATS,
  type Format,
  type ImageRequest,
  type Quality,
  type Region,
  type Rotation,
  type SizeRequest,
  type Version,
} from './request.ts';
import type { ImageSegments } from './target.ts';

export const QUALITIES: readonly Quality[] = ['default', 'color', 'gray', 'bitonal'];

/** Formats the specification names and this server does not write. */
const OTHER_FORMATS = ['jp2'];

/** A region of four 40-digit numbers still fits: more is no request but an attack on the parser (section 10). */
const MAX_SEGMENT_LENGTH = 200;

const INTEGER = '(\\d+)';
/** "Only decimal digits and '.'" (3.0, section 4.7): no sign, no exponent; `.5` is read, being canonical in 2.1. */
const DECIMAL = '(\\d+(?:\\.\\d+)?|\\.\\d+)';
const REGION_PIXELS = new RegExp(`^${INTEGER},${INTEGER},${INTEGER},${INTEGER}$`);
const REGION_PERCENT = new RegExp(`^pct:${DECIMAL},${DECIMAL},${DECIMAL},${DECIMAL}$`);
const SIZE_PERCENT = new RegExp(`^pct:${DECIMAL}$`);
const SIZE_PIXELS = /^(!?)(\d*),(\d*)$/;
const ROTATION = new RegExp(`^(!?)${DECIMAL}$`);

const SIZE_FORMS = {
  2: 'full, max, w, or ,h or pct:n or w,h or !w,h',
  3: 'max, w, or ,h or pct:n or w,h or !w,h, each with ^ in front to allow upscaling',
} as const;

/**
 * Reads the four parameters of an image request by the grammar of sections 4.1–4.5.
 * Whether they suit the image (a region outside it, a size above its limits) is for `resolveGeometry` to say.
 *
 * @throws {ImageServerError} 400 naming the parameter, what was found and what is allowed.
 */
export function parseImageRequest(version: Version, segments: ImageSegments): ImageRequest {
  const [region, size, rotation, qualityAndFormat] = segments;
  for (const segment of segments) {
    if (segment.length > MAX_SEGMENT_LENGTH) {
      throw new ImageServerError(
        400,
        `A parameter has ${segment.length} characters; at most ${MAX_SEGMENT_LENGTH} are read.`,
      );
    }
  }
  return {
    region: parseRegion(region),
    size: parseSize(version, size),
    rotation: parseRotation(rotation),
    ...parseQualityAndFormat(qualityAndFormat),
  };
}

function parseRegion(text: string): Region {
  if (text === 'full' || text === 'square') return { kind: text };
  const pixels = REGION_PIXELS.exec(text);
  if (pixels) return { kind: 'pixels', ...rectangle(pixels) };
  const percent = REGION_PERCENT.exec(text);
  if (percent) return { kind: 'percent', ...rectangle(percent) };
  throw unreadable('region', text, 'full, square, x,y,w,h in whole pixels, or pct:x,y,w,h');
}

function rectangle(match: RegExpExecArray): { x: number; y: number; width: number; height: number } {
  return { x: Number(match[1]), y: Number(match[2]), width: Number(match[3]), height: Number(match[4]) };
}

function parseSize(version: Version, text: string): SizeRequest {
  const caret = text.startsWith('^');
  if (caret && version === 2) {
    throw unreadable('size', text, `${SIZE_FORMS[2]}; the ^ belongs to version 3.0, 2.1 scales up without it`);
  }
  if (text === 'full') {
    if (version === 2) return { kind: 'full' };
    throw unreadable('size', text, `${SIZE_FORMS[3]}; the "full" of version 2 is "max" in 3.0`);
  }
  const form = caret ? text.slice(1) : text;
  if (form === 'max') return { kind: 'max', upscale: caret };

  const upscale = caret || version === 2;
  const percent = SIZE_PERCENT.exec(form);
  if (percent) return { kind: 'percent', percent: Number(percent[1]), upscale };
  const [, confined, w = '', h = ''] = SIZE_PIXELS.exec(form) ?? [];
  const width = Number(w);
  const height = Number(h);
  if (w !== '' && h !== '') return { kind: confined ? 'confined' : 'exact', width, height, upscale };
  if (w !== '' && !confined) return { kind: 'width', width, upscale };
  if (h !== '' && !confined) return { kind: 'height', height, upscale };
  throw unreadable('size', text, SIZE_FORMS[version]);
}

function parseRotation(text: string): Rotation {
  const [, mirror, number] = ROTATION.exec(text) ?? [];
  const degrees = Number(number);
  if (number === undefined || degrees > 360) {
    throw unreadable('rotation', text, 'degrees from 0 to 360, decimals allowed, with ! in front to mirror first');
  }
  return { mirror: mirror === '!', degrees };
}

function parseQualityAndFormat(text: string): { quality: Quality; format: Format } {
  const dot = text.lastIndexOf('.');
  if (dot === -1) throw unreadable('quality and format', text, `{quality}.{format}, for example default.jpg`);
  const quality = QUALITIES.find((known) => known === text.slice(0, dot));
  if (quality === undefined) throw unreadable('quality', text.slice(0, dot), QUALITIES.join(', '));
  const extension = text.slice(dot + 1);
  const format = FORMATS.find((known) => known === extension);
  if (format !== undefined) return { quality, format };
  // Section 4.5 of both versions asks for 400 here, known or not; 501 is for whole requests.
  if (OTHER_FORMATS.includes(extension)) {
    throw new ImageServerError(400, `The format "${extension}" is not offered here. Ask for ${FORMATS.join(', ')}.`);
  }
  throw unreadable('format', extension, FORMATS.join(', '));
}

function unreadable(parameter: string, found: string, allowed: string): ImageServerError {
  return new ImageServerError(400, `The ${parameter} "${found}" can not be read. Allowed: ${allowed}.`);
}
