import { hasTables, matrixOf } from '../codec/icc-matrix.ts';
import { type IccProfile, readIccProfile } from '../codec/icc-profile.ts';
import { once } from '../codec/loader.ts';
import type { Colour, TiledImage } from '../image/image.ts';
import { isSrgb, prepareMatrix } from '../kernel/colour-matrix.ts';
import type { Timing } from '../timing.ts';
import { type ColourRequest, carriesProfile } from './colour.ts';
import type { ColourConversion } from './colour-conversion.ts';
import type { Conversions } from './conversions.ts';
import type { Rendering } from './rendering.ts';

/** What becomes of an image's colours in an answer: at most one of the two. */
export interface AnswerColour {
  /** ICC profile to be embedded. */
  readonly profile: Uint8Array | undefined;
  /** Conversion to sRGB. A tile that is passed through can't have one. */
  readonly convert: ColourConversion | undefined;
}

export interface ColourOptions {
  readonly rendering: Rendering;
  readonly timing: Timing;
}

/**
 * Decides over the colours of an answer; the profile is read, and what it takes to convert by it made, once an image.
 * A profile that is damaged, or isn't for such samples, counts as none and is noted in `timing`.
 * @throws {ImageServerError} what reading the profile throws; 503 when Little CMS or the table for CMYK can't be loaded.
 */
export type ColoursOf = (image: TiledImage, asked: ColourRequest, options: ColourOptions) => Promise<AnswerColour>;

/** What is known of an image's colours. */
interface KnownColours {
  /** Profile that tells viewers what the samples mean; undefined where they are sRGB, or nothing is known of them. */
  readonly profile: Uint8Array | undefined;
  /** Undefined where samples are to be taken for sRGB. */
  readonly conversion: (timing: Timing) => Promise<ColourConversion | undefined>;
}

export function createColours(conversions: Conversions): ColoursOf {
  const known = new WeakMap<TiledImage, Promise<KnownColours>>();

  async function look(image: TiledImage, timing: Timing): Promise<KnownColours> {
    const { space, profileLength } = image.colour;
    // Others may be waiting for the same profile: it is read to its end, whoever goes away.
    const stored = profileLength > 0 ? await image.readProfile({ timing }) : undefined;
    if (!stored) return standardOf(space);
    const profile = readIccProfile(stored);
    return profile?.space === space ? coloursOf(profile) : withoutProfile(space);
  }

  function coloursOf(profile: IccProfile): KnownColours {
    const { bytes, space, connection } = profile;
    // L*a*b* in a file is relative to D50 whatever profile describes it.
    if (space === 'lab') return standardOf(space);
    const matrix = matrixOf(profile);
    if (matrix) {
      const tables = prepareMatrix(matrix);
      if (isSrgb(tables)) return standardOf(space);
      // Chromium shows grey whose profile leads to L*a*b* as if it had none.
      const carried = space === 'grey' && connection === 'lab' ? undefined : bytes;
      return { profile: carried, conversion: async () => ({ kind: 'matrix', tables }) };
    }
    const without = withoutProfile(space);
    if (!hasTables(profile) || space === 'grey') return without;
    const conversion = once(() => conversions.ofProfile(profile));
    return {
      profile: bytes,
      conversion: async (timing) => (await conversion()) ?? without.conversion(timing),
    };
  }

  function standardOf(space: Colour['space']): KnownColours {
    return { profile: undefined, conversion: () => standard(space) };
  }

  /** Samples of these spaces are taken for sRGB: nothing has to be loaded to know that. */
  async function standard(space: Colour['space']): Promise<ColourConversion | undefined> {
    return space === 'grey' || space === 'rgb' ? undefined : conversions.standard(space);
  }

  /** There is a profile of no use. */
  function withoutProfile(space: Colour['space']): KnownColours {
    const conversion = (timing: Timing) => {
      timing.mark('profile-ignored');
      return standard(space);
    };
    return { profile: undefined, conversion };
  }

  return async (image, asked, { rendering, timing }) => {
    const looking = known.get(image) ?? look(image, timing);
    known.set(image, looking);
    looking.catch(() => known.delete(image));
    const { profile, conversion } = await looking;
    if (profile && carriesProfile(image.colour, asked, rendering.colour)) return { profile, convert: undefined };
    return { profile: undefined, convert: await conversion(timing) };
  };
}
