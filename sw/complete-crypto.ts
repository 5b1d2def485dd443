/// <reference lib="webworker" />
import { sha256 } from './sha-256.ts';

/**
 * Gives a worker of a page that is no secure context (plain http) what the server uses of `crypto.subtle`, which browsers
 * withhold there: SHA-256, by which it names its answers. Where it is there, nothing changes.
 */
export function completeCrypto(): void {
  if ('subtle' in crypto) return;
  const digest = async (_algorithm: string, data: BufferSource) =>
    sha256(
      ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data),
    ).buffer;
  Object.defineProperty(crypto, 'subtle', { value: { digest } });
}
