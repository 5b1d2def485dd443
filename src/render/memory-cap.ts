const MEBIBYTE = 2 ** 20;

/**
 * Where the browser doesn't tell (Firefox, Safari), or there is none: a phone of 3 GB closes a tab beyond about twice as
 * much, and a photograph of 40 megapixels fits in.
 */
export const DEFAULT_MEMORY = 768 * MEBIBYTE;

/** Less can't hold the tiles of one answer. */
export const LEAST_MEMORY = 32 * MEBIBYTE;

/** What 32-bit codecs can address is 2 GB at best, and one answer may need two of them. */
const MOST_MEMORY = 1536 * MEBIBYTE;

/** The browser, the page and its viewer want most of the device for themselves. */
const SHARE_OF_DEVICE = 1 / 4;

/**
 * Bytes that one thread takes for its work, by the memory of the device: a quarter of `navigator.deviceMemory` (in GiB,
 * rounded by the browser), at most 1.5 GiB; `DEFAULT_MEMORY` where that isn't told.
 */
export function memoryCap(device: object | undefined = globalThis.navigator): number {
  const told: unknown = device && 'deviceMemory' in device ? device.deviceMemory : undefined;
  if (typeof told !== 'number' || !(told > 0)) return DEFAULT_MEMORY;
  return Math.max(LEAST_MEMORY, Math.min(MOST_MEMORY, Math.floor(told * 1024 * MEBIBYTE * SHARE_OF_DEVICE)));
}
