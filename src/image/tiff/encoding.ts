import type { Alpha, Colour, TileEncoding } from '../image.ts';
import type { Directory } from './directory.ts';
import { Compression, ExtraSample, Photometric, Planar, Predictor } from './tags.ts';
import { findUnsupported } from './unsupported.ts';

/** How the samples of a directory's tiles are to be read. */
export type TileReading =
  | {
      readonly kind: 'supported';
      readonly colour: Omit<Colour, 'profileLength'>;
      /** Stored parts of one tile: 1, or one per sample that is used where samples are stored in separate planes. */
      readonly planes: number;
      /** Makes the encoding; `tables` are the JPEGTables, if the directory has any. */
      readonly encoding: (tables: Uint8Array | undefined) => TileEncoding;
    }
  | { readonly kind: 'unsupported'; readonly reasons: readonly string[] };

/** Tells how tiles are encoded, or everything that stands in the way of reading them. */
export function readingOf(directory: Directory, littleEndian: boolean): TileReading {
  const colourSamples = coloursOf(directory);
  const reasons = findUnsupported(directory, colourSamples);
  if (reasons.length > 0 || colourSamples === undefined) return { kind: 'unsupported', reasons };
  const alpha = alphaOf(directory, colourSamples);
  const bitsPerSample = directory.bitsPerSample[0] ?? 1;
  const used = colourSamples + (alpha === 'none' ? 0 : 1);
  const separate = directory.planar === Planar.Separate && directory.samplesPerPixel > 1;
  const samplesPerPixel = separate ? used : directory.samplesPerPixel;
  return {
    kind: 'supported',
    colour: { space: colourSamples === 1 ? 'grey' : 'rgb', bitsPerSample, alpha },
    planes: separate ? used : 1,
    encoding: (tables) => {
      switch (directory.compression) {
        case Compression.Jpeg:
          return { kind: 'jpeg', colour: jpegColour(directory.photometric), tables };
        case Compression.Webp:
          return { kind: 'webp' };
        default:
          return {
            kind: 'samples',
            compression: directory.compression === Compression.None ? 'none' : 'deflate',
            // libtiff and its peers heed the predictor only where there is a compression that it helps.
            predictor:
              directory.predictor === Predictor.Horizontal && directory.compression !== Compression.None
                ? 'horizontal'
                : 'none',
            bitsPerSample,
            samplesPerPixel,
            colourSamples,
            alpha,
            littleEndian,
            inverted: directory.photometric === Photometric.WhiteIsZero,
          };
      }
    },
  };
}

function jpegColour(photometric: number): 'ycbcr' | 'rgb' | 'grey' {
  if (photometric === Photometric.YCbCr) return 'ycbcr';
  return photometric === Photometric.Rgb ? 'rgb' : 'grey';
}

/** Colour samples of a pixel by photometric interpretation; undefined for one that isn't read. */
function coloursOf({ photometric }: Directory): 1 | 3 | undefined {
  switch (photometric) {
    case Photometric.WhiteIsZero:
    case Photometric.BlackIsZero:
      return 1;
    case Photometric.Rgb:
    case Photometric.YCbCr:
      return 3;
    default:
      return undefined;
  }
}

/** Only the first extra sample can be alpha; what comes after it, or has no meaning, is ignored. */
function alphaOf({ extraSamples, samplesPerPixel }: Directory, colourSamples: number): Alpha {
  if (samplesPerPixel <= colourSamples) return 'none';
  if (extraSamples[0] === ExtraSample.AssociatedAlpha) return 'associated';
  return extraSamples[0] === ExtraSample.UnassociatedAlpha ? 'unassociated' : 'none';
}
