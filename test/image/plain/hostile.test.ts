import { expect, test } from 'vitest';
import { pngChunk } from '../../../src/codec/png-chunks.ts';
import { ImageServerError } from '../../../src/errors.ts';
import { picture, sharpOf } from '../../codec/pictures.ts';
import { countingObject } from '../counting-object.ts';
import { openImage } from '../open-image.ts';
import * as files from './files.ts';

const FULL = [0, 0, 0, 0];
const repeated = (count: number, part: Uint8Array) => files.bytesOf(...Array.from({ length: count }, () => part));

const hostile: Readonly<Record<string, readonly [status: number, file: Uint8Array]>> = {
  'a JPEG of no width': [502, files.jpegHeader(0, 9, 3)],
  'a JPEG of no height': [502, files.jpegHeader(9, 0, 3)],
  'a JPEG of 65535 × 65535 pixels': [501, files.jpegHeader(65_535, 65_535, 3)],
  'a JPEG of 2 components': [501, files.jpegHeader(9, 9, 2)],
  'a JPEG of 5000 segments': [502, files.jpegHeader(9, 9, 3, repeated(5000, files.segment(0xe1, 'x')))],
  'a JPEG of nothing but fill bytes': [502, files.bytesOf([0xff, 0xd8], new Array(9000).fill(0xff))],
  'a JPEG with a segment of length 0': [502, files.bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 0], new Uint8Array(90))],
  'a JPEG that has its scan before its frame': [502, files.jpegHeader(9, 9, 3, files.segment(0xda, 'x'))],
  'a JPEG whose segment leads past its end': [
    502,
    files.bytesOf([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], new Uint8Array(90)),
  ],
  'a PNG of no width': [502, files.png(0, 9, { type: 2, bits: 8 })],
  'a PNG of 2^31 − 1 pixels a side': [501, files.png(2 ** 31 - 1, 2 ** 31 - 1, { type: 2, bits: 8 })],
  'a PNG of 40 megapixels of 16 bits': [501, files.png(8000, 5000, { type: 6, bits: 16 })],
  'a PNG of a type that is none': [502, files.png(9, 9, { type: 5 as 4, bits: 8 })],
  'a PNG of 5000 chunks': [
    502,
    files.png(9, 9, {
      type: 2,
      bits: 8,
      before: Array.from({ length: 5000 }, () => pngChunk('tEXt', files.bytesOf())),
    }),
  ],
  'a PNG whose chunk claims 4 GB': [
    502,
    files.bytesOf(files.png(9, 9, { type: 2, bits: 8 }).subarray(0, 33), [255, 255, 255, 255], 'tEXt'),
  ],
  'a PNG without a picture': [
    502,
    files.bytesOf(files.png(9, 9, { type: 2, bits: 8 }).subarray(0, 33), pngChunk('IEND', files.bytesOf())),
  ],
  'a WebP without a picture': [502, files.webp(files.riffChunk('NONE', new Uint8Array(40)))],
  'a WebP of 2^24 pixels a side': [501, files.webp(files.extendedHeader(0, 2 ** 24, 2 ** 24))],
  'a WebP of no width': [
    502,
    files.webp(files.riffChunk('VP8 ', files.bytesOf([0, 0, 0, 0x9d, 1, 0x2a], new Uint8Array(30)))),
  ],
  'a WebP whose profile leads past its end': [
    502,
    files.webp(
      files.extendedHeader(0x20, 9, 9),
      files.bytesOf('ICCP', files.littleEndian(70_000, 4), new Uint8Array(20)),
    ),
  ],
  'an AVIF without an index': [502, files.bytesOf(files.AVIF_START, files.box('mdat', new Uint8Array(40)))],
  'an AVIF of 2^32 − 1 pixels a side': [501, files.avif(files.ispe(2 ** 32 - 1, 2 ** 32 - 1))],
  'an AVIF without a size': [502, files.avif(files.box('pixi', FULL, [3, 8, 8, 8]))],
  'an AVIF film': [501, files.bytesOf(files.AVIF_START, files.box('moov', new Uint8Array(40)))],
  'an AVIF of 5000 boxes': [502, files.avif(repeated(5000, files.box('free')))],
  'an AVIF of boxes without length': [502, files.bytesOf(files.AVIF_START, new Uint8Array(900))],
  'an AVIF whose index claims 2^60 bytes': [
    502,
    files.bytesOf(
      files.AVIF_START,
      files.uint32(1),
      'meta',
      files.uint32(2 ** 28),
      files.uint32(0),
      new Uint8Array(40),
    ),
  ],
  'an AVIF whose property leads past its end': [502, files.avif(files.bytesOf(files.uint32(9999), 'ispe'))],
  'a GIF of no width': [502, files.gif(0, 9, files.gifFrame(0, 0, 9, 9))],
  'a GIF of 65535 × 65535 pixels': [501, files.gif(65_535, 65_535, files.gifFrame(0, 0, 9, 9))],
  'a GIF without a frame': [502, files.gif(9, 9, [0x3b, 0, 0, 0])],
  'a GIF of 5000 extensions': [
    502,
    files.gif(9, 9, ...Array.from({ length: 5000 }, () => [0x21, 0xfe, 0]), files.gifFrame(0, 0, 9, 9)),
  ],
  'a GIF of an endless extension': [502, files.gif(9, 9, [0x21, 0xfe], new Array(20_000).fill(1))],
};

test.each(Object.entries(hostile))('%s', async (_name, [status, file]) => {
  for (const objectSize of [() => file.length, () => undefined]) {
    const object = countingObject(file);
    const error = await openImage(object.read, { objectSize }).catch((cause) => cause);
    expect(error).toBeInstanceOf(ImageServerError);
    expect(error).toMatchObject({ status });
    expect(object.ranges.length).toBeLessThanOrEqual(3);
    expect(Math.max(...object.ranges.map(({ length }) => length))).toBeLessThanOrEqual(2 ** 17);
  }
});

test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
  'a %s that was cut anywhere in its header',
  async (format) => {
    const made = sharpOf(picture(40, 30, 3))
      .withIccProfile('p3')
      .withMetadata({ orientation: 6 });
    const file = new Uint8Array(await made.toFormat(format).toBuffer());
    for (let length = 12; length < Math.min(file.length, 900); length += 7) {
      const image = await openImage(countingObject(file.subarray(0, length)).read).catch((cause) => cause);
      if (image instanceof Error) expect(image).toMatchObject({ name: 'ImageServerError', status: 502 });
      else expect([image.width, image.height].sort()).toEqual([30, 40]);
    }
  },
);

test('bytes that were changed at random never end in anything but an image or words', async () => {
  const kinds = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (const format of kinds) {
    const file = new Uint8Array(
      await sharpOf(picture(40, 30, 4))
        .withIccProfile('p3')
        .toFormat(format)
        .toBuffer(),
    );
    for (let round = 0; round < 200; round++) {
      const changed = file.slice();
      for (let i = 0; i < 4; i++) changed[12 + random(Math.min(700, changed.length - 12))] = random(256);
      const image = await openImage(countingObject(changed).read).catch((cause) => cause);
      if (image instanceof Error) expect(image).toBeInstanceOf(ImageServerError);
    }
  }
});
