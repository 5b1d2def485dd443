import { ImageServerError } from '../errors.ts';
import { hasAscii } from './bytes.ts';

/**
 * Reads the size of a WebP picture from its header (RFC 9649, sections 2.5–2.7); no pixels.
 * @throws {ImageServerError} 502 when the bytes aren't a WebP header, 501 when it is an animation.
 */
export function webpSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  if (!hasAscii(bytes, 0, 'RIFF') || !hasAscii(bytes, 8, 'WEBP') || bytes.length < 30) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (hasAscii(bytes, 12, 'VP8 ') && bytes[23] === 0x9d && bytes[24] === 0x01 && bytes[25] === 0x2a) {
    return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  }
  if (hasAscii(bytes, 12, 'VP8L') && bytes[20] === 0x2f) {
    const bits = view.getUint32(21, true);
    return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (hasAscii(bytes, 12, 'VP8X')) {
    if (view.getUint8(20) & ANIMATION) {
      throw new ImageServerError(501, 'The picture is an animated WebP, which is not supported: store a still picture');
    }
    return size((view.getUint32(23, true) >>> 8) + 1, (view.getUint32(26, true) >>> 8) + 1);
  }
  throw damaged();
}

const ANIMATION = 0x02;

function size(width: number, height: number) {
  if (width === 0 || height === 0) throw damaged();
  return { width, height };
}

function damaged(): ImageServerError {
  return new ImageServerError(
    502,
    'The stored WebP data is damaged: it does not begin with a WebP header. Check the file, or store it again',
  );
}
