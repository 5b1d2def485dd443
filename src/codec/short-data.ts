import { ImageServerError } from '../errors.ts';

/** The answer to compressed samples that end before the tile is full; `method` names the compression. */
export function shortData(method: string, wanted: number, found: number, cause?: unknown): ImageServerError {
  return new ImageServerError(
    502,
    `The stored ${method} data is damaged: it should give ${wanted} bytes and gave ${found}. Check the file, or store it again`,
    { cause },
  );
}
