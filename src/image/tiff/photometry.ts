import type { Colour } from '../image.ts';
import { Photometric } from './tags.ts';

/** What the colour samples of a pixel are. */
export interface Photometry {
  readonly space: Colour['space'];
  /** How many of a pixel's samples are colour. */
  readonly samples: 1 | 3 | 4;
}

const PHOTOMETRY: Readonly<Record<number, Photometry>> = {
  [Photometric.WhiteIsZero]: { space: 'grey', samples: 1 },
  [Photometric.BlackIsZero]: { space: 'grey', samples: 1 },
  [Photometric.Rgb]: { space: 'rgb', samples: 3 },
  [Photometric.Palette]: { space: 'rgb', samples: 1 },
  [Photometric.TransparencyMask]: { space: 'grey', samples: 1 },
  [Photometric.Separated]: { space: 'cmyk', samples: 4 },
  [Photometric.YCbCr]: { space: 'rgb', samples: 3 },
  [Photometric.CieLab]: { space: 'lab', samples: 3 },
  [Photometric.IccLab]: { space: 'lab', samples: 3 },
};

/** By photometric interpretation; undefined for one that isn't read. */
export function photometryOf(photometric: number): Photometry | undefined {
  return PHOTOMETRY[photometric];
}
