import { ImageServerError } from '../errors.ts';
import { bytesOf, digestOf } from './blocks.ts';
import type { PackDesk } from './desk.ts';
import { packFileHead } from './pack-file.ts';
import { indicesOf } from './spans.ts';

/** How far an export or an import is, in bytes of blocks. */
export interface TransferProgress {
  /** Of the whole file. */
  readonly bytes: number;
  /** Of these, those that went. */
  readonly bytesDone: number;
}

/** What `exportPack` and `importPack` take. */
export interface TransferOptions {
  /** Called after each block. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * A pack as one file, block by block as it is read: nothing of it waits in memory. The stream errors with
 * ImageServerError: 404 for an unknown pack, 409 for one of which something is missing.
 */
export function exportPackFrom(
  desk: PackDesk,
  id: string,
  { onProgress }: TransferOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = piecesOf(desk, id, onProgress);
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(
  desk: PackDesk,
  id: string,
  onProgress: TransferOptions['onProgress'],
): AsyncGenerator<Uint8Array, void, undefined> {
  const pack = (await desk.list()).find((one) => one.id === id);
  if (!pack) throw new ImageServerError(404, `There is no pack "${id}".`);
  const parts = await desk.parts({ id });
  if (!pack.isComplete) {
    const { bytes, held } = pack;
    throw new ImageServerError(409, `${bytes - held} bytes of the pack are missing. Fetch them before it is exported.`);
  }
  const { label, documents, foreign } = pack;
  const noted = new Map(pack.works.map((work) => [work.identifier, work]));
  const works = parts.map(({ identifier, size, blockLength, wanted }) => {
    const { version, content = 'source' } = noted.get(identifier) ?? {};
    return { identifier, size, version, blockLength, content, wanted };
  });
  yield packFileHead({ id, label, works, documents, foreign });
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part, part.wanted), 0);
  let bytesDone = 0;
  for (const { identifier, generation, wanted } of parts) {
    for (const index of indicesOf(wanted)) {
      const block = await desk.block({ identifier, generation, index });
      yield await digestOf(block);
      yield block;
      bytesDone += block.length;
      onProgress?.({ bytes, bytesDone });
    }
  }
}
