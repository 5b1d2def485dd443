/** A file that is read as a whole stays in memory while it is looked at: what a phone has to spare. */
export const MOST_FILE = 256 * 2 ** 20;

/**
 * The body of an answer.
 * @param onProgress called with 0 to 1, as far as the length is told.
 * @throws {Error} in words where there are more bytes than `most`.
 */
export async function readAll(response: Response, most: number, onProgress: (part: number) => void): Promise<Blob> {
  const told = Number(response.headers.get('Content-Length') ?? 0);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (const reader = response.body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      const megabytes = Math.round(most / 2 ** 20);
      throw new Error(
        `The file has more than ${megabytes} MB, which is too much to read as a whole. Have the image server read it: put its folder into the “sources” of sw.js, and its identifier into “src”.`,
      );
    }
    chunks.push(value);
    if (told > 0) onProgress(Math.min(1, length / told));
  }
  return new Blob(chunks);
}

/** An image as a file that the image server can open. Its name tells it apart from images of the same name elsewhere. */
export async function fileOf(response: Response, url: string, onProgress: (part: number) => void): Promise<File> {
  const content = await readAll(response, MOST_FILE, onProgress);
  const name = new URL(url).pathname.split('/').findLast(Boolean) ?? 'image';
  return new File([content], `${markOf(url)}-${decoded(name)}`);
}

function markOf(text: string): string {
  let hash = 0;
  for (const letter of text) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0).toString(36);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name).replaceAll('/', '-');
  } catch {
    return name;
  }
}
