import { expect, test } from 'vitest';
import { wasmContent } from '../../src/host/wasm-content.ts';

const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

test('a WASM file is taken as it is, one within a script is taken out of it', () => {
  expect(wasmContent(module)).toBe(module);
  const script = new TextEncoder().encode(
    `const other = 'AGFz';\nconst wasm = '${btoa(String.fromCharCode(...module))}';`,
  );
  expect(wasmContent(script)).toEqual(module);
  expect(() => wasmContent(new TextEncoder().encode('export {}'))).toThrow(/no WASM/);
});
