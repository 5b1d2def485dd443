/**
 * Bytes as the body of a response. Browsers hand a stream straight to who reads it, but put bytes into a blob of another
 * process first: as streams, answers of a service worker take 0.6 to 0.9 of the time, from 2 KB to 8 MB, and writing one
 * to Cache Storage holds the worker for 0.2 ms instead of 0.75 (Chromium).
 */
export function streamed(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(unshared(bytes));
      controller.close();
    },
  });
}

/** A `Response` takes no bytes of a `SharedArrayBuffer`, which threaded WASM memory would be. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
