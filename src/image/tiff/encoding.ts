import type { Alpha, Colour, TileEncoding } from '../image.ts';
import type { Directory } from './directory.ts';
import { isJpeg2000, jpeg2000EncodingOf } from './jpeg2000.ts';
import { type Photometry, photometryOf } from './photometry.ts';
import { samplesEncodingOf } from './samples-encoding.ts';
import { Compression, ExtraSample, Photometric, Planar } from './tags.ts';
import { findUnsupported } from './unsupported.ts';

/** How the samples of a directory's tiles are to be read. */
export type TileReading =
  | {
      readonly kind: 'supported';
      readonly colour: Omit<Colour, 'profileLength'>;
      /** Stored parts of one tile: 1, or one per sample that is used where samples are stored in separate planes. */
      readonly planes: number;
      /**
       * Makes the encoding; `tables` are the JPEGTables, if the directory has any.
       * @throws {ImageServerError} 502 where the palette is damaged.
       */
      readonly encoding: (tables: Uint8Array | undefined) => TileEncoding;
    }
  | { readonly kind: 'unsupported'; readonly reasons: readonly string[] };

/** Tells how tiles are encoded, or everything that stands in the way of reading them. */
export function readingOf(directory: Directory, littleEndian: boolean): TileReading {
  const photometry = photometryOf(directory.photometric);
  const reasons = findUnsupported(directory, photometry);
  if (reasons.length > 0 || !photometry) return { kind: 'unsupported', reasons };
  const alpha = alphaOf(directory, photometry);
  const used = photometry.samples + (alpha === 'none' ? 0 : 1);
  const separate = directory.planar === Planar.Separate && directory.samplesPerPixel > 1;
  const stored = { samplesPerPixel: separate ? used : directory.samplesPerPixel, alpha };
  return {
    kind: 'supported',
    colour: { space: photometry.space, bitsPerSample: directory.bitsPerSample[0] ?? 1, alpha },
    planes: separate ? used : 1,
    encoding: (tables) => {
      switch (directory.compression) {
        case Compression.Jpeg:
          return { kind: 'jpeg', colour: jpegColour(directory.photometric), tables };
        case Compression.Webp:
          return { kind: 'webp' };
        default:
          if (isJpeg2000(directory)) return jpeg2000EncodingOf(directory, photometry, alpha);
          return samplesEncodingOf(directory, photometry, stored, littleEndian);
      }
    },
  };
}

function jpegColour(photometric: number): 'ycbcr' | 'rgb' | 'grey' | 'cmyk' {
  switch (photometric) {
    case Photometric.YCbCr:
      return 'ycbcr';
    case Photometric.Rgb:
      return 'rgb';
    case Photometric.Separated:
      return 'cmyk';
    default:
      return 'grey';
  }
}

/**
 * Only the first extra sample can be alpha; what comes after it, or has no meaning, is ignored. Beside a palette and
 * inks there is no place for it, and L*a*b* multiplied by its alpha can't be divided.
 */
function alphaOf({ extraSamples, samplesPerPixel, photometric }: Directory, { samples, space }: Photometry): Alpha {
  if (samplesPerPixel <= samples || space === 'cmyk' || photometric === Photometric.Palette) return 'none';
  if (extraSamples[0] === ExtraSample.UnassociatedAlpha) return 'unassociated';
  return extraSamples[0] === ExtraSample.AssociatedAlpha && space !== 'lab' ? 'associated' : 'none';
}
