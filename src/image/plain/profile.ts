/** ICC profiles: 0.5 KB to 1 MB for RGB, a few MB for CMYK. A larger one counts as none. */
export const MAX_PROFILE_LENGTH = 8 * 2 ** 20;

/** Least length of a profile (ICC.1:2022, section 7.2), and where its signature stands. */
const HEADER_LENGTH = 128;
const SIGNATURE = 36;

/** The parts as one new array, if that looks like a profile: a damaged one says nothing about the colours. */
export function checkedProfile(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length < HEADER_LENGTH || length > MAX_PROFILE_LENGTH) return undefined;
  const profile = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    profile.set(part, offset);
    offset += part.length;
  }
  return String.fromCharCode(...profile.subarray(SIGNATURE, SIGNATURE + 4)) === 'acsp' ? profile : undefined;
}
