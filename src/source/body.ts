/**
 * Reads a body of at most `length` bytes. The result is shorter where the body is; it is undefined where there is
 * more, and then the rest is not read. `arrived` is told, before all of it is there, that the first `filled` bytes are.
 * @throws what the stream throws when the connection breaks.
 */
export async function readBody(
  response: Response,
  length: number,
  arrived?: (bytes: Uint8Array, filled: number) => void,
): Promise<Uint8Array | undefined> {
  // What has the announced length can be taken at once: the runtime holds the body to Content-Length.
  const announced = response.headers.get('content-length') === String(length);
  if (!arrived && announced && !response.headers.has('content-encoding')) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length > length ? undefined : bytes;
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, filled);
    if (filled + value.length > length) {
      await reader.cancel();
      return undefined;
    }
    bytes.set(value, filled);
    filled += value.length;
    if (filled < length) arrived?.(bytes, filled);
  }
}
