import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { instantiateEmbind } from '../../src/codec/embind.ts';
import {
  AVIF_DECODER,
  type EmbindNames,
  MOZJPEG_DECODER,
  WEBP_DECODER,
  WEBP_ENCODER,
} from '../../src/codec/embind-names.ts';
import { loadWasm } from './load.ts';
import { picture, sharpOf } from './pictures.ts';

const { resolve } = createRequire(import.meta.url);

test.each([
  ['@jsquash/avif/codec/dec/avif_dec.js', AVIF_DECODER],
  ['@jsquash/jpeg/codec/dec/mozjpeg_dec.js', MOZJPEG_DECODER],
  ['@jsquash/webp/codec/dec/webp_dec.js', WEBP_DECODER],
  ['@jsquash/webp/codec/enc/webp_enc_simd.js', WEBP_ENCODER],
] as const)('%s has the names that are written down', async (file, names: EmbindNames) => {
  const glue = await readFile(resolve(file), 'utf8');
  const listed = /wasmImports=\{(.*?)\}/.exec(glue)?.[1] ?? '';
  const imports = [...listed.matchAll(/"?(\w)"?:_?(\w+)/g)].map(([, short = '', name = '']) => [short, name]);
  expect(imports.length).toBeGreaterThan(10);
  expect(names.imports).toEqual(Object.fromEntries(imports.map(([short, name]) => [short, name])));
  const exported = (name: string) => new RegExp(`${name}=[^;]*?\\["(\\w)"\\]\\)`).exec(glue)?.[1];
  expect(names.start).toBe(exported('___wasm_call_ctors'));
  expect(names.malloc).toBe(exported('_malloc'));
  expect(names.free).toBe(exported('_free'));
  expect(names.jumps?.setThrew).toBe(exported('_setThrew'));
  expect(names.jumps?.stackSave).toBe(exported('_emscripten_stack_get_current'));
  expect(names.jumps?.stackRestore).toBe(exported('__emscripten_stack_restore'));
});

test('what a codec is given is freed again, whatever comes of it', async () => {
  const codec = instantiateEmbind(await loadWasm('webp-encode'), WEBP_ENCODER);
  expect(() => codec.call('encode', 'no bytes', 1, 1, {})).toThrow(TypeError);
  expect(() => codec.call('nothing')).toThrow(TypeError);
  const decoder = instantiateEmbind(await loadWasm('jpeg-decode'), MOZJPEG_DECODER);
  const file = await sharpOf(picture(300, 200, 3))
    .jpeg()
    .toBuffer();
  decoder.call('decode', file, false);
  const bytes = decoder.heapBytes();
  for (let round = 0; round < 200; round++) decoder.call('decode', file, false);
  expect(decoder.heapBytes()).toBe(bytes);
});

test('what a codec writes to stderr is told once', async () => {
  const decoder = instantiateEmbind(await loadWasm('jpeg-decode'), MOZJPEG_DECODER);
  const file = await sharpOf(picture(300, 200, 3))
    .jpeg()
    .toBuffer();
  decoder.call('decode', file.subarray(0, -300), false);
  expect(decoder.takeLog().join()).toMatch(/premature end/i);
  expect(decoder.takeLog()).toEqual([]);
});
