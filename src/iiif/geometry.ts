import { ImageServerError } from '../errors.ts';
import { canUpscale, isWithinLimits, limitHeight, maximumSize, nearest, proportional } from './fit.ts';
import type { Geometry, ImageRequest, Limits, Rect, Region, Size, SizeRequest, Version } from './request.ts';

/**
 * Turns the region and size of a request into pixels of this image (sections 4.1 and 4.2).
 * The region is cropped at the image's edges, percentages are rounded to the nearest pixel, a square is centred.
 *
 * @throws {ImageServerError} 400 for a region without pixels, a size below one pixel, or in 3.0 above the region without
 * `^` or above the limits; 404 above the limits in 2.1; 501 for upscaling where no limits are set.
 */
export function resolveGeometry(request: ImageRequest, version: Version, image: Size, limits: Limits = {}): Geometry {
  const region = resolveRegion(request.region, image);
  const size = resolveSize(request.size, version, region, limits);
  if (size.width < 1 || size.height < 1) {
    throw new ImageServerError(400, `The size comes to ${spell(size)} pixels; at least 1 × 1 is needed.`);
  }
  requireUpscaling(request.size, size, region, limits);
  if (!isWithinLimits(size, limits)) {
    // 3.0 asks for 400 in section 4.2; 2.1 knows only the 404 of its table in section 7.2.
    throw new ImageServerError(
      version === 3 ? 400 : 404,
      `The size comes to ${spell(size)} pixels, above the limits of this service (${spellLimits(limits)}). ` +
        'Ask for "max", or for a smaller size or region.',
    );
  }
  return { region, size };
}

function resolveRegion(region: Region, image: Size): Rect {
  switch (region.kind) {
    case 'full':
      return { x: 0, y: 0, width: image.width, height: image.height };
    case 'square': {
      const side = Math.min(image.width, image.height);
      const x = Math.floor((image.width - side) / 2);
      const y = Math.floor((image.height - side) / 2);
      return { x, y, width: side, height: side };
    }
    case 'pixels':
      return crop(region, image);
    case 'percent':
      return crop(
        {
          x: Math.round((region.x * image.width) / 100),
          y: Math.round((region.y * image.height) / 100),
          width: Math.round((region.width * image.width) / 100),
          height: Math.round((region.height * image.height) / 100),
        },
        image,
      );
  }
}

function crop(region: Rect, image: Size): Rect {
  if (region.width < 1 || region.height < 1) {
    throw new ImageServerError(400, `The region is ${spell(region)} pixels; at least 1 × 1 is needed.`);
  }
  if (region.x >= image.width || region.y >= image.height) {
    throw new ImageServerError(
      400,
      `The region begins at ${region.x},${region.y}, outside the image of ${spell(image)} pixels.`,
    );
  }
  return {
    x: region.x,
    y: region.y,
    width: Math.min(region.width, image.width - region.x),
    height: Math.min(region.height, image.height - region.y),
  };
}

function resolveSize(size: SizeRequest, version: Version, region: Rect, limits: Limits): Size {
  switch (size.kind) {
    case 'full':
      return { width: region.width, height: region.height };
    case 'max':
      return maximumSize(region, limits, size.upscale);
    case 'width':
      return { width: size.width, height: size.width && proportional(region.height, region.width, size.width) };
    case 'height':
      return { width: size.height && proportional(region.width, region.height, size.height), height: size.height };
    case 'percent':
      return {
        width: Math.round((region.width * size.percent) / 100),
        height: Math.round((region.height * size.percent) / 100),
      };
    case 'exact':
      return { width: size.width, height: size.height };
    case 'confined':
      // 2.1 leaves the exact scaling to the service; the ^ of 3.0 must scale up or be refused.
      return confine(size, region, limits, size.upscale && (version === 3 || canUpscale(limits)));
  }
}

/** As large as possible within the box, the limits and, unless upscaling is allowed, the region (3.0, section 4.2). */
function confine(box: Size, region: Rect, limits: Limits, upscale: boolean): Size {
  if (box.width < 1 || box.height < 1) return { width: box.width, height: box.height };
  const width = Math.min(box.width, limits.maxWidth ?? Infinity, upscale ? Infinity : region.width);
  const height = Math.min(box.height, limitHeight(limits), upscale ? Infinity : region.height);
  const size =
    width * region.height <= height * region.width
      ? { width, height: Math.min(height, proportional(region.height, region.width, width)) }
      : { width: Math.min(width, proportional(region.width, region.height, height)), height };
  return isWithinLimits(size, limits) ? size : nearest(region, limits.maxArea ?? Infinity);
}

function requireUpscaling(request: SizeRequest, size: Size, region: Rect, limits: Limits): void {
  if (size.width <= region.width && size.height <= region.height) return;
  if (!('upscale' in request) || !request.upscale) {
    throw new ImageServerError(
      400,
      `The size comes to ${spell(size)} pixels, more than the ${spell(region)} of the region. ` +
        'Put ^ in front of the size to scale up.',
    );
  }
  if (!canUpscale(limits)) {
    throw new ImageServerError(
      501,
      `The size comes to ${spell(size)} pixels, more than the ${spell(region)} of the region, ` +
        'and this service does not scale up. Ask for "max".',
    );
  }
}

function spell(size: Size): string {
  return `${size.width} × ${size.height}`;
}

function spellLimits(limits: Limits): string {
  const entries = Object.entries(limits).filter(([, value]) => value !== undefined);
  return entries.map(([name, value]) => `${name} ${value}`).join(', ');
}
