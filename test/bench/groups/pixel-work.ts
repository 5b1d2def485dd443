import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../../src/codec/codec.ts';
import { psnr } from '../../codec/pictures.ts';
import { compared, type Figure, single } from '../figures.ts';
import { PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { type Laboratory, openLaboratory } from '../laboratory/open.ts';

const TILE = 512;
/** Where the photograph has much to show. */
const PLACE = { left: 2600, top: 1200 };
/** Four tiles, two of them across; and, 2 : 1, where JPEG's own transform does the scaling. */
const REGIONS = [
  { name: 'by 1.87', x: 2085, y: 1057, width: 957, height: 957 },
  { name: 'by 2', x: 2048, y: 1024, width: 1024, height: 1024 },
] as const;

/** Decoding, scaling and encoding in a worker's thread, network and caches left out. */
export const pixelWork: Group = {
  name: 'Pixel work in WASM',
  async measure(equipment) {
    const laboratory = await openLaboratory(equipment.browser);
    try {
      return [
        ...(await regions(equipment, laboratory)),
        ...(await codecs(equipment, laboratory)),
        ...(await resizing(equipment, laboratory)),
      ];
    } finally {
      await laboratory.close();
    }
  },
};

async function regions({ browser: { near } }: Equipment, laboratory: Laboratory): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { name, ...region } of REGIONS) {
    const tiff = `${near.bucket}${PHOTO}.tif`;
    const { potto, canvas, tiles, encoded } = await laboratory.run('regions', { tiff, region, side: TILE });
    const row = `region over ${tiles} tiles of 512² scaled ${name} to a 512² JPEG`;
    figures.push(
      compared({
        name: row,
        potto,
        peer: canvas,
        against: 'createImageBitmap and canvas',
        unit: 'ms',
        target: { atMost: 0.5 },
      }),
      compared({
        name: 'bytes of it',
        potto: encoded.potto.length / 1000,
        peer: encoded.canvas.length / 1000,
        against: 'canvas',
        unit: 'KB',
      }),
      single('likeness of the two', psnr(await rgba(encoded.potto), await rgba(encoded.canvas)), 'dB'),
    );
  }
  return figures;
}

async function codecs({ fixtures }: Equipment, laboratory: Laboratory): Promise<readonly Figure[]> {
  const picture = sharp(fixtures.files[PHOTO]).extract({ ...PLACE, width: TILE, height: TILE });
  const samples = await picture.clone().raw().toBuffer();
  const jpeg = await picture.clone().jpeg({ quality: 85, chromaSubsampling: '4:2:0' }).toBuffer();
  const quality = 80;
  const { decode, encode, decoded, encoded } = await laboratory.run('codecs', {
    jpeg: await laboratory.publish('tile-512.jpg', jpeg),
    picture: await laboratory.publish('tile-512.rgb', samples),
    width: TILE,
    height: TILE,
    quality,
  });
  const original = await rgba(picture);
  const nearness = async (file: Uint8Array) => psnr(await rgba(file), original);
  const against = 'libjpeg-turbo-8bit';
  const nearer = (await nearness(encoded.potto)) - (await nearness(encoded.libjpeg));
  const heavier = 100 * (encoded.potto.length / encoded.libjpeg.length - 1);
  const found: Pixels = { width: TILE, height: TILE, channels: 4, data: decoded };
  return [
    compared({
      name: 'JPEG decode, 512², baseline',
      potto: decode.potto,
      peer: decode.jsquash,
      against: '@jsquash/jpeg',
      unit: 'ms',
      target: { atMost: 0.4 },
    }),
    single('its pixels against libjpeg', psnr(found, await rgba(jpeg)), 'dB', { atLeast: 50 }),
    compared({
      name: `JPEG encode, 512², quality ${quality}`,
      potto: encode.potto,
      peer: encode.libjpeg,
      against,
      unit: 'ms',
      target: { atMost: 0.25 },
    }),
    single(`its bytes above those of ${against}`, heavier, '%', { within: 2 }),
    single(`its likeness above that of ${against}`, nearer, 'dB', { within: 0.2 }),
  ];
}

async function resizing({ fixtures }: Equipment, laboratory: Laboratory): Promise<readonly Figure[]> {
  const side = 2 * TILE;
  const samples = await sharp(fixtures.files[PHOTO])
    .extract({ ...PLACE, width: side, height: side })
    .raw()
    .toBuffer();
  const picture = await laboratory.publish('picture-1024.rgb', samples);
  const times = await laboratory.run('resizing', { picture, side });
  const row = (name: string, potto: number, peer: number, method: string, atMost: number) =>
    compared({
      name: `1024² → 512², ${name}`,
      potto,
      peer,
      against: `@jsquash/resize, ${method}`,
      unit: 'ms',
      target: { atMost },
    });
  return [
    row('exact box', times.box, times.theirTriangle, 'triangle', 0.02),
    row('area', times.area, times.theirTriangle, 'triangle', 0.085),
    row('Lanczos-3', times.lanczos3, times.theirLanczos3, 'Lanczos-3', 0.14),
  ];
}

async function rgba(picture: Uint8Array | Sharp): Promise<Pixels> {
  const decoded = picture instanceof Uint8Array ? sharp(picture) : picture.clone();
  const { data, info } = await decoded.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 4, data: new Uint8Array(data) };
}
