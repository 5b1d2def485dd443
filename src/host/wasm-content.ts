/** Base64 of the first bytes of every WASM module, to the end of the string that holds it. */
const EMBEDDED = /AGFzbQ[A-Za-z0-9+/]+=*/;

/**
 * The WASM of a file that is one, or of a script that has one in it as base64, as some packages do: so it needn't be part
 * of the worker's script.
 * @throws {Error} when there is none.
 */
export function wasmContent(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (String.fromCharCode(...file.subarray(0, 4)) === '\0asm') return file;
  const [base64] = new TextDecoder().decode(file).match(EMBEDDED) ?? [];
  if (base64 === undefined) throw new Error('The file is no WASM and has none in it');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
