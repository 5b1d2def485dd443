import { ImageServerError } from '../errors.ts';
import { concat, hasAscii } from './bytes.ts';
import type { Pixels } from './codec.ts';

/** Bytes of profile in one APP2 segment: 65535 less the length field, the identifier and the two counters. */
const CHUNK_LENGTH = 65_519;
/** The chunk counter is one byte. */
const MAX_CHUNKS = 255;
/** Where an ICC header names its colour space (ICC.1:2022, section 7.2.8). */
const COLOUR_SPACE_OFFSET = 16;

/**
 * The profile, if it describes these channels: a decoder ignores or misreads an RGB profile in a grey picture
 * and the other way round, so it is left out there.
 */
export function fittingProfile(profile: Uint8Array | undefined, channels: Pixels['channels']): Uint8Array | undefined {
  if (profile === undefined) return undefined;
  return hasAscii(profile, COLOUR_SPACE_OFFSET, channels <= 2 ? 'GRAY' : 'RGB ') ? profile : undefined;
}

/**
 * The APP2 segments that embed a profile in a JPEG (ICC.1:2022, annex B.4).
 * @throws {ImageServerError} 501 when it is larger than JPEG can hold (16.7 MB).
 */
export function iccSegments(profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.length / CHUNK_LENGTH);
  if (count > MAX_CHUNKS) {
    throw new ImageServerError(
      501,
      `The image's ICC profile has ${profile.length} bytes, JPEG holds at most ${MAX_CHUNKS * CHUNK_LENGTH}: ask for PNG`,
    );
  }
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const chunk = profile.subarray(i * CHUNK_LENGTH, (i + 1) * CHUNK_LENGTH);
    const length = chunk.length + 16;
    const name = new TextEncoder().encode('ICC_PROFILE\0');
    parts.push(new Uint8Array([0xff, 0xe2, length >> 8, length & 255, ...name, i + 1, count]), chunk);
  }
  return concat(parts);
}
