import { maximumSize, proportional } from './fit.ts';
import type { Geometry, ImageRequest, Limits, Quality, Rect, Size, Version } from './request.ts';

/** What of an image decides the canonical form of its requests. */
export interface CanonicalContext extends Size {
  /** What `default` stands for: `gray` for an image without colour. `color` if not given. */
  readonly defaultQuality?: 'color' | 'gray' | undefined;
}

/**
 * The canonical `{region}/{size}/{rotation}/{quality}.{format}` of a request (section 4.8 of 3.0, 4.7 of 2.1):
 * equal for all requests of a version that mean the same pixels, so it serves the Link header and as a cache key.
 */
export function canonicalPath(
  version: Version,
  request: ImageRequest,
  geometry: Geometry,
  image: CanonicalContext,
  limits: Limits = {},
): string {
  const region = canonicalRegion(geometry.region, image);
  const size = version === 3 ? canonicalSize3(geometry, limits) : canonicalSize2(geometry);
  const quality = canonicalQuality(request.quality, image.defaultQuality ?? 'color');
  const mirror = request.rotation.mirror ? '!' : '';
  const rotation = `${mirror}${canonicalDegrees(version, request.rotation.degrees)}`;
  return `${region}/${size}/${rotation}/${quality}.${request.format}`;
}

function canonicalRegion({ x, y, width, height }: Rect, image: Size): string {
  return width === image.width && height === image.height ? 'full' : `${x},${y},${width},${height}`;
}

function canonicalSize3({ region, size }: Geometry, limits: Limits): string {
  if (isSameSize(size, maximumSize(region, limits, false))) return 'max';
  if (isSameSize(size, maximumSize(region, limits, true))) return '^max';
  const upscaled = size.width > region.width || size.height > region.height;
  return `${upscaled ? '^' : ''}${size.width},${size.height}`;
}

function canonicalSize2({ region, size }: Geometry): string {
  if (isSameSize(size, region)) return 'full';
  const keepsAspect = size.height === proportional(region.height, region.width, size.width);
  return keepsAspect ? `${size.width},` : `${size.width},${size.height}`;
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Ten decimals, which is what 2.1 allows (section 4) and finer than any picture shows; 360° is 0°. */
function canonicalDegrees(version: Version, degrees: number): string {
  const turn = Number(degrees.toFixed(10)) % 360;
  const text = turn.toFixed(10).replace(/\.?0+$/, '');
  return version === 2 ? text.replace(/^0\./, '.') : text;
}

/** `color` is all the colour there is, which is what `default` gives. */
function canonicalQuality(quality: Quality, defaultQuality: Quality): Quality {
  return quality === 'color' || quality === defaultQuality ? 'default' : quality;
}
