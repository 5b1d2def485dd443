import { hashOf } from './exhibits.ts';
import type { Region } from './region.ts';

/** Where a link to a part of an image leads: `#ID&xywh=X,Y,WIDTH,HEIGHT`, pixels of the full image as in Media Fragments 4.2.2. */
export function hashOfRegion(id: string, region: Region | undefined): string {
  if (!region) return hashOf(id);
  const { x, y, width, height } = region;
  return `${hashOf(id)}&xywh=${x},${y},${width},${height}`;
}

/** The part of the image that the address names; undefined where it names none. */
export function regionOfHash(hash: string): Region | undefined {
  const [, ...values] = /&xywh=(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})(?:&|$)/.exec(hash) ?? [];
  const [x = 0, y = 0, width = 0, height = 0] = values.map(Number);
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
