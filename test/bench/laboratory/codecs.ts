import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import decode, { init } from '@jsquash/jpeg/decode.js';
import { readBaseline } from '../../../src/codec/jpeg-baseline.ts';
import { decodeBaseline } from '../../../src/codec/jpeg-decode.ts';
import { encodeJpeg } from '../../../src/codec/jpeg-encode.ts';
import { createKernel } from '../../../src/kernel/kernel.ts';
import { bytesAt, race, wasm } from './measure.ts';

const ROUNDS = 40;
const SILENT = { print: () => {}, printErr: () => {} };

export interface CodecInputs {
  /** URL of a baseline JPEG. */
  readonly jpeg: string;
  /** URL of RGB samples of a picture of the same size. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
  readonly quality: number;
}

export interface CodecResults {
  /** Milliseconds. */
  readonly decode: { readonly potto: number; readonly jsquash: number };
  readonly encode: { readonly potto: number; readonly libjpeg: number };
  /** RGBA. */
  readonly decoded: Uint8Array;
  readonly encoded: { readonly potto: Uint8Array; readonly libjpeg: Uint8Array };
}

/** The JPEG codec on the kernel's memory, against codecs of npm. */
export async function codecs({ jpeg, picture, width, height, quality }: CodecInputs): Promise<CodecResults> {
  const kernel = await createKernel(await wasm('kernel'));
  const file = await bytesAt(jpeg);
  const rgb = await bytesAt(picture);
  const whole = { x: 0, y: 0, width, height };

  await init(await wasm('mozjpeg_dec'));
  const target = kernel.raster(width, height, [0, 0, 0]);
  const own = () => {
    const baseline = readBaseline(file);
    if (baseline.kind !== 'baseline') throw new Error(baseline.reason);
    decodeBaseline(baseline, target, 0, 0, whole);
  };
  const decoding = await race(ROUNDS, {
    potto: { repeats: 4, run: own },
    jsquash: { repeats: 2, run: () => decode(file.buffer) },
  });
  own();
  const decoded = kernel.read(target, 4).data;

  const source = kernel.raster(width, height);
  kernel.placePixels(source, 0, 0, { width, height, channels: 3, data: rgb }, whole);
  const { JPEGEncoder } = await libjpegTurbo({ wasmBinary: await bytesAt('libjpegturbowasm.wasm'), ...SILENT });
  const encoder = new JPEGEncoder();
  const libjpeg = () => {
    const frame = { width, height, componentCount: 3, bitsPerSample: 8, isSigned: false } as const;
    encoder.getDecodedBuffer(frame).set(rgb);
    encoder.setQuality(quality);
    encoder.setSubSampling(2);
    encoder.setProgressive(false);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  };
  const encoding = await race(ROUNDS, {
    potto: { repeats: 4, run: () => encodeJpeg(source, { quality }) },
    libjpeg: { repeats: 2, run: libjpeg },
  });
  return {
    decode: decoding,
    encode: encoding,
    decoded,
    encoded: { potto: encodeJpeg(source, { quality }), libjpeg: libjpeg() },
  };
}
