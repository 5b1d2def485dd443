import { bareJpeg, barePng } from '../codec/bare-picture.ts';
import { coloursOf } from '../codec/jpeg-baseline.ts';
import { assertReadableJpeg, headerSegments, jpegFrame } from '../codec/jpeg-frame.ts';
import { spliceJpeg } from '../codec/jpeg-splice.ts';
import { withPngMetadata } from '../codec/png-chunks.ts';
import { firstFrame } from '../codec/webp-first-frame.ts';
import { withWebpMetadata } from '../codec/webp-metadata.ts';
import type { PictureFormat } from '../image/image.ts';
import type { PassthroughOptions } from './passthrough.ts';

export type PassthroughPicture = typeof passthroughPicture;

/**
 * A whole object as an answer: its picture as it is, its metadata replaced by the answer's. Undefined where browsers
 * don't show such a picture as we do (inks, animations), or its metadata can't be taken out.
 * @throws {ImageServerError} 502 when it is damaged, 501 when it can't be shown.
 */
export async function passthroughPicture(
  bytes: Uint8Array,
  format: PictureFormat,
  { profile, resolution, xmp }: Omit<PassthroughOptions, 'crop'>,
): Promise<Uint8Array | undefined> {
  switch (format) {
    case 'jpeg': {
      const segments = headerSegments(bytes);
      const frame = jpegFrame(bytes, segments);
      const { colour } = coloursOf(bytes, frame, segments);
      if (colour === 'cmyk' || colour === 'ycck') return undefined;
      assertReadableJpeg(frame);
      return spliceJpeg(bareJpeg(bytes), { colour, profile, resolution, xmp });
    }
    case 'png':
      return withPngMetadata(barePng(bytes), { profile, resolution, xmp });
    case 'webp':
      return firstFrame(bytes) ? undefined : withWebpMetadata(bytes, { profile, resolution, xmp });
    case 'avif':
    case 'gif':
      return undefined;
  }
}
