import type { Alpha, Jpeg2000Encoding } from '../image.ts';
import { checkedProfile } from '../plain/profile.ts';
import type { Jp2Boxes } from './boxes.ts';
import type { Component } from './codestream.ts';
import { readPalette } from './palette.ts';
import { unsupported } from './unsupported.ts';

type Space = Jpeg2000Encoding['space'];

/** What the samples of a file mean. */
export interface Meaning
  extends Pick<Jpeg2000Encoding, 'channels' | 'space' | 'alpha' | 'palette' | 'bitsPerComponent'> {
  readonly profile: Uint8Array | undefined;
}

/** Enumerated colour spaces (ISO/IEC 15444-1, table I.10; 15444-2, table M.25). */
const ENUMERATED: ReadonlyMap<number, Space> = new Map([
  [1, 'ycbcr'],
  [3, 'ycbcr'],
  [4, 'ycbcr'],
  [12, 'cmyk'],
  [16, 'rgb'],
  [17, 'grey'],
  [18, 'ycbcr'],
]);
const CIE_LAB = 14;

/** Colour spaces of profiles (ICC.1:2022, section 7.2.8). */
const OF_PROFILE: Readonly<Record<string, Space>> = { GRAY: 'grey', 'RGB ': 'rgb', CMYK: 'cmyk' };

const CHANNELS: Readonly<Record<Space, number>> = { grey: 1, rgb: 3, ycbcr: 3, cmyk: 4 };

/** Methods of `colr` (table I.9; 15444-2, table M.22). */
const METHOD = { enumerated: 1, restricted: 2, any: 3 } as const;

/**
 * Puts together what the boxes and the components say.
 * @throws {ImageServerError} 501 for colours that aren't read, 502 where the boxes contradict themselves.
 */
export function meaningOf({ boxes }: Pick<Jp2Boxes, 'boxes'>, components: readonly Component[]): Meaning {
  const find = (type: string) => boxes.find((box) => box.type === type)?.content;
  const [pclr, cdef] = [find('pclr'), find('cdef')];
  const bitsPerComponent = components.map(({ bits }) => bits);
  const roles = rolesOf(cdef);
  if (pclr && find('cmap')) {
    const palette = readPalette(pclr, roles.alpha !== undefined);
    if (!palette) throw unsupported('its palette is neither of greys nor of three colours (box pclr)');
    const colr = colourOf(boxes, 3);
    const alpha = roles.alpha === undefined ? 'none' : roles.alphaKind;
    const channels = alpha === 'none' ? [0, 1, 2] : [0, 1, 2, 3];
    const space = colr.space === 'ycbcr' ? 'ycbcr' : 'rgb';
    const profile = colr.space === 'rgb' ? colr.profile : undefined;
    return { channels, space, alpha, palette: palette.colours, bitsPerComponent, profile };
  }
  const isAlpha = roles.alpha !== undefined && roles.alpha < components.length;
  const { space, profile } = colourOf(boxes, components.length - (isAlpha ? 1 : 0), components);
  const colours = Array.from({ length: CHANNELS[space] }, (_, colour) => roles.colours.get(colour) ?? colour);
  if (colours.some((channel) => channel >= components.length)) {
    throw unsupported(`it has ${components.length} components, too few for its colours (box colr)`);
  }
  const alpha = isAlpha ? roles.alphaKind : 'none';
  const channels = isAlpha && roles.alpha !== undefined ? [...colours, roles.alpha] : colours;
  if (channels.every((channel) => !isFull(components[channel]))) {
    throw unsupported('all of its components are subsampled (marker SIZ)');
  }
  return { channels, space, alpha, bitsPerComponent, profile };
}

function isFull(component: Component | undefined): boolean {
  return component?.dx === 1 && component.dy === 1;
}

interface Roles {
  /** Channels by colour, counted from 0. */
  readonly colours: ReadonlyMap<number, number>;
  readonly alpha: number | undefined;
  readonly alphaKind: Alpha;
}

/** `cdef` (section I.5.3.6): for each channel its type and the colour that it is of. */
function rolesOf(cdef: DataView | undefined): Roles {
  const colours = new Map<number, number>();
  let alpha: number | undefined;
  let alphaKind: Alpha = 'none';
  const count = cdef && cdef.byteLength >= 2 ? cdef.getUint16(0) : 0;
  for (let at = 2; cdef && at + 6 <= cdef.byteLength && at < 2 + 6 * count; at += 6) {
    const [channel, type, of] = [cdef.getUint16(at), cdef.getUint16(at + 2), cdef.getUint16(at + 4)];
    if (type === 0 && of >= 1 && of <= 4) colours.set(of - 1, channel);
    if ((type === 1 || type === 2) && of === 0 && alpha === undefined) {
      alpha = channel;
      alphaKind = type === 1 ? 'unassociated' : 'associated';
    }
  }
  return { colours, alpha, alphaKind };
}

/** The first of the colour boxes that is understood and fits; else what the number of channels suggests. */
function colourOf(
  boxes: Jp2Boxes['boxes'],
  channels: number,
  components: readonly Component[] = [],
): { readonly space: Space; readonly profile: Uint8Array | undefined } {
  let isLab = false;
  for (const { type, content } of boxes) {
    if (type !== 'colr' || content.byteLength < 3) continue;
    const method = content.getUint8(0);
    if (method === METHOD.enumerated && content.byteLength >= 7) {
      const number = content.getUint32(3);
      const space = ENUMERATED.get(number);
      isLab ||= number === CIE_LAB;
      if (space && CHANNELS[space] <= channels) return { space, profile: undefined };
    }
    if (method === METHOD.restricted || method === METHOD.any) {
      const bytes = new Uint8Array(content.buffer, content.byteOffset + 3, content.byteLength - 3);
      const profile = checkedProfile([bytes]);
      const space = profile && OF_PROFILE[String.fromCharCode(...profile.subarray(16, 20))];
      if (space && CHANNELS[space] <= channels) return { space, profile };
    }
  }
  if (isLab) throw unsupported('its colours are CIE L*a*b* (box colr)');
  return { space: suggested(channels, components), profile: undefined };
}

/** Colours that are subsampled are differences of colours, as other programs take it. */
function suggested(channels: number, [first, second]: readonly Component[]): Space {
  if (channels < 3) return 'grey';
  return isFull(first) && second && !isFull(second) ? 'ycbcr' : 'rgb';
}
