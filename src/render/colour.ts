import type { Format, ImageRequest } from '../iiif/request.ts';
import type { Colour } from '../image/image.ts';
import type { Rendering } from './rendering.ts';

/**
 * Larger profiles would weigh more than the tile they are put into. The same for tiles passed through and rendered,
 * so that they meet in one colour.
 */
export const CARRIED_PROFILE_BYTES = 16_384;

/**
 * Formats whose every answer can hold a profile. Grey ones aren't held by what writes grey as RGB as soon as there is
 * transparency.
 */
const HOLDS: Readonly<Record<'grey' | 'rgb', readonly Format[]>> = {
  grey: ['jpg', 'pdf'],
  rgb: ['jpg', 'png', 'webp', 'tif', 'pdf'],
};

/** What decides over the colours of an answer. All tiles of an image in one format have it in common. */
export type ColourRequest = Pick<ImageRequest, 'format' | 'quality'>;

/**
 * Whether the image's profile goes along with its samples as they are; else they are converted to sRGB. No viewer can be
 * relied on to show CMYK or L*a*b*, and greying needs sRGB, whose luma it takes.
 */
export function carriesProfile(
  { space, profileLength }: Colour,
  { format, quality }: ColourRequest,
  setting: Rendering['colour'],
): boolean {
  if (setting === 'srgb' || profileLength > CARRIED_PROFILE_BYTES) return false;
  if (space === 'cmyk' || space === 'lab' || quality === 'bitonal') return false;
  return (space === 'grey' || quality !== 'gray') && HOLDS[space].includes(format);
}
