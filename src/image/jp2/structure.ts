import { type HeaderWindows, WINDOW_LENGTH } from '../header-windows.ts';
import type { TiledImage } from '../image.ts';
import { readBoxes } from './boxes.ts';
import type { Codestream } from './codestream.ts';
import { type Meaning, meaningOf } from './colour.ts';
import { readMainHeader } from './main-header.ts';
import { resolutionOf } from './resolution.ts';
import type { KnownPackets } from './tile-index.ts';
import { type KnownParts, listedParts, type PartsExtent } from './tile-parts.ts';

/**
 * What is known of a JPEG 2000 without its pixels. Plain data: it survives structured cloning, and so a restart. It comes
 * to hold more as regions are read.
 */
export interface Jp2Structure extends Pick<TiledImage, 'width' | 'height' | 'colour' | 'resolution'> {
  readonly kind: 'jp2';
  /** Length of the object in bytes, where it was known. */
  readonly size: number | undefined;
  readonly codestream: Codestream;
  readonly meaning: Meaning;
  readonly extent: PartsExtent;
  readonly parts: KnownParts;
  /** By tile. */
  readonly packets: ReadonlyMap<number, KnownPackets>;
  /** Bytes behind the main header that came along: packet lengths, and the smallest resolutions. */
  readonly start: { readonly offset: number; readonly bytes: Uint8Array } | undefined;
}

/**
 * Reads the boxes and the main header: mostly one request.
 * @throws {ImageServerError} 502 where the file is damaged, 501 where it is valid but not of a kind that is read.
 */
export async function readJp2Structure(windows: HeaderWindows): Promise<Jp2Structure> {
  const boxes = await readBoxes(windows);
  const { codestream, lengths, end: offset } = await readMainHeader(windows, boxes.start);
  const meaning = meaningOf(boxes, codestream.components);
  const { x0, y0, x1, y1, columns, rows } = codestream;
  const end = Math.min(boxes.end ?? Number.POSITIVE_INFINITY, windows.size ?? Number.POSITIVE_INFINITY);
  const extent = { offset, end, tiles: columns * rows };
  const { alpha, space, channels, profile, palette } = meaning;
  const bits = channels.map((channel) => codestream.components[channel]?.bits ?? 8);
  return {
    kind: 'jp2',
    size: windows.size,
    width: x1 - x0,
    height: y1 - y0,
    colour: {
      space: space === 'ycbcr' ? 'rgb' : space,
      bitsPerSample: palette ? 8 : Math.max(...bits),
      alpha,
      profileLength: profile?.length ?? 0,
    },
    resolution: resolutionOf(boxes),
    codestream,
    meaning,
    extent,
    parts: listedParts(lengths, extent),
    packets: new Map(),
    start: startOf(windows, offset),
  };
}

/** What the windows hold from `offset` on, a part of a window at least. */
function startOf(windows: HeaderWindows, offset: number): Jp2Structure['start'] {
  const first = Math.min(WINDOW_LENGTH, windows.size ?? WINDOW_LENGTH) - offset;
  const lengths = [first, WINDOW_LENGTH / 2, WINDOW_LENGTH / 4, WINDOW_LENGTH / 8];
  for (const length of lengths) {
    const bytes = length > 0 ? windows.held({ offset, length }) : undefined;
    if (bytes) return { offset, bytes: bytes.slice() };
  }
  return undefined;
}
