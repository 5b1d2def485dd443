import { ImageServerError } from '../errors.ts';
import type { WasmLoader } from './codec.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { Refusal, type Running, WasmInstance } from './loader.ts';

/** Undoes Zstandard (RFC 8878). Its WASM is loaded on first use. */
export interface ZstdDecoder {
  /**
   * To at most `limit` bytes, of which the first `length` are returned, or fewer where there are fewer.
   * @throws {ImageServerError} 502 when the data is damaged or gives more than the limit, 503 when the codec can't be loaded.
   */
  decode(bytes: Uint8Array, length: number): Promise<Uint8Array>;
}

/** The exports of zstddec's wasm: libzstd's simple interface, sizes and addresses of 32 bits. */
interface ZstdExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (length: number) => number;
  readonly free: (pointer: number) => void;
  readonly ZSTD_findDecompressedSize: (data: number, length: number) => bigint;
  readonly ZSTD_decompress: (output: number, limit: number, data: number, length: number) => number;
  readonly ZSTD_isError: (result: number) => number;
}

interface ZstdInstance extends Running {
  readonly exports: ZstdExports;
}

/** Writers may put more into the last strip than the image shows of it. */
const MOST_SURPLUS = 4;

const DAMAGED = {
  status: 502,
  message: 'The stored Zstandard data is damaged and can not be decoded: check the file, or store it again',
};

/** The package's own glue keeps its one instance for good, after a trap too, and its wasm within the script. */
export function createZstdDecoder(wasm: WasmLoader, kept?: KeptHeaps): ZstdDecoder {
  const decoder = new WasmInstance(
    wasm,
    'zstd',
    async (compiled): Promise<ZstdInstance> => {
      const env = { emscripten_notify_memory_growth: () => {} };
      const exports = new WebAssembly.Instance(compiled, { env }).exports as ZstdExports;
      return { exports, heapBytes: () => exports.memory.buffer.byteLength };
    },
    kept,
  );
  return { decode: (bytes, length) => decoder.run(DAMAGED, ({ exports }) => decodeFrames(exports, bytes, length)) };
}

function decodeFrames(zstd: ZstdExports, bytes: Uint8Array, length: number): Uint8Array {
  const data = zstd.malloc(bytes.length) >>> 0;
  if (data === 0) throw withoutMemory(bytes.length);
  new Uint8Array(zstd.memory.buffer, data, bytes.length).set(bytes);
  // −1 and −2 where a frame doesn't tell its size, or is none.
  const told = Number(BigInt.asIntN(64, zstd.ZSTD_findDecompressedSize(data, bytes.length)));
  const room = Math.max(length, Math.min(told, MOST_SURPLUS * length));
  const output = zstd.malloc(room) >>> 0;
  const result = output === 0 ? 0 : zstd.ZSTD_decompress(output, room, data, bytes.length);
  const isError = zstd.ZSTD_isError(result) !== 0;
  const decoded = isError ? undefined : new Uint8Array(zstd.memory.buffer, output, Math.min(result, length)).slice();
  zstd.free(data);
  zstd.free(output);
  if (output === 0) throw withoutMemory(room);
  if (!decoded) throw new Refusal(`libzstd error ${-result}`);
  return decoded;
}

function withoutMemory(length: number): ImageServerError {
  return new ImageServerError(503, `There is no memory for ${length} bytes of a tile: ask again later`);
}
