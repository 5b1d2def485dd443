/** Tags (TIFF 6.0, section 8 and Supplement 1; ICC.1 annex B.4). */
export const Tag = {
  NewSubfileType: 254,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  StripOffsets: 273,
  Orientation: 274,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  XResolution: 282,
  YResolution: 283,
  PlanarConfiguration: 284,
  T4Options: 292,
  ResolutionUnit: 296,
  PageNumber: 297,
  Predictor: 317,
  ColorMap: 320,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIFDs: 330,
  InkSet: 332,
  NumberOfInks: 334,
  ExtraSamples: 338,
  SampleFormat: 339,
  SMinSampleValue: 340,
  SMaxSampleValue: 341,
  JPEGTables: 347,
  YCbCrCoefficients: 529,
  YCbCrSubSampling: 530,
  ReferenceBlackWhite: 532,
  ICCProfile: 34675,
  LercParameters: 50674,
} as const;

/** Bits of NewSubfileType (TIFF 6.0, page 36). */
export const SubfileType = { ReducedImage: 1, Page: 2, Mask: 4 } as const;

/** Field types that hold numbers (TIFF 6.0, page 15; Supplement 1; BigTIFF). */
export const FieldType = {
  Byte: 1,
  Short: 3,
  Long: 4,
  Rational: 5,
  SByte: 6,
  SShort: 8,
  SLong: 9,
  SRational: 10,
  Float: 11,
  Double: 12,
  Ifd: 13,
  Long8: 16,
  Ifd8: 18,
} as const;

/** Bytes of one value by field type; a type that isn't listed is to be skipped (TIFF 6.0, page 16). */
export const FIELD_TYPE_LENGTH: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** Compression schemes Potto reads (tag 259). */
export const Compression = {
  None: 1,
  CcittRle: 2,
  CcittG3: 3,
  CcittG4: 4,
  Lzw: 5,
  Jpeg: 7,
  AdobeDeflate: 8,
  PackBits: 32773,
  Deflate: 32946,
  AperioYCbCr: 33003,
  VipsJpeg2000: 33004,
  AperioRgb: 33005,
  Jpeg2000: 34712,
  Lerc: 34887,
  Zstd: 50000,
  Webp: 50001,
} as const;

/** The one of 1992, whose parts lie scattered through the file. */
export const OLD_STYLE_JPEG = 6;

/** Names of Compression (tag 259), the common registered ones. */
export const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  1: 'none',
  2: 'CCITT modified Huffman',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  5: 'LZW',
  6: 'old-style JPEG, given up since 1995',
  7: 'JPEG',
  8: 'Deflate',
  32773: 'PackBits',
  32946: 'Deflate',
  33003: 'Aperio JPEG 2000, YCbCr',
  33004: 'JPEG 2000 of libvips',
  33005: 'Aperio JPEG 2000, RGB',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv 24',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of DNG',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL of DNG',
};

/** Photometric interpretations Potto reads (tag 262). */
export const Photometric = {
  WhiteIsZero: 0,
  BlackIsZero: 1,
  Rgb: 2,
  Palette: 3,
  TransparencyMask: 4,
  Separated: 5,
  YCbCr: 6,
  CieLab: 8,
  IccLab: 9,
} as const;

/** Names of PhotometricInterpretation (tag 262). */
export const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  0: 'WhiteIsZero',
  1: 'BlackIsZero',
  2: 'RGB',
  3: 'palette colour',
  4: 'transparency mask',
  5: 'separated',
  6: 'YCbCr',
  8: 'CIE L*a*b*',
  9: 'ICC L*a*b*',
  10: 'ITU L*a*b*',
  32803: 'colour filter array',
  32844: 'LogL',
  32845: 'LogLuv',
  34892: 'linear raw',
};

/** ExtraSamples (tag 338). */
export const ExtraSample = { Unspecified: 0, AssociatedAlpha: 1, UnassociatedAlpha: 2 } as const;

/** SampleFormat (tag 339) and its names. */
export const SampleFormat = { Unsigned: 1, Signed: 2, Float: 3, Undefined: 4 } as const;
export const SAMPLE_FORMAT_NAMES: Readonly<Record<number, string>> = {
  1: 'unsigned',
  2: 'signed',
  3: 'floating-point',
  4: 'undefined',
  5: 'complex integer',
  6: 'complex floating-point',
};

/** PlanarConfiguration (tag 284). */
export const Planar = { Chunky: 1, Separate: 2 } as const;

/** Predictor (tag 317). */
export const Predictor = { None: 1, Horizontal: 2, FloatingPoint: 3 } as const;

/** FillOrder (tag 266): bits fill bytes from the lowest one on. */
export const REVERSED_BITS = 2;

/** InkSet (tag 332): cyan, magenta, yellow and black. */
export const INK_SET_CMYK = 1;

/** ResolutionUnit (tag 296). */
export const ResolutionUnit = { Inch: 2, Centimetre: 3 } as const;
