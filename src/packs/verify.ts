import { bytesOf } from './blocks.ts';
import type { PackDesk } from './desk.ts';

/** How far the looking through is. */
export interface VerifyProgress {
  /** Of all that the pack holds. */
  readonly bytes: number;
  /** Of these, those that were compared. */
  readonly bytesDone: number;
  /** Blocks found damaged or lost so far. */
  readonly damaged: number;
}

/** Blocks looked at in one call: some 10 ms of work. */
const BLOCKS_AT_ONCE = 16;

/**
 * Reads every block of a pack and compares its digest. Gives how many blocks were damaged or lost; they count as missing
 * from then on, so that a download fetches them again.
 */
export async function verifyBlocks(
  desk: PackDesk,
  id: string,
  tell: (progress: VerifyProgress) => void = () => undefined,
): Promise<number> {
  const parts = await desk.parts({ id });
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part, part.wanted), 0);
  let bytesDone = 0;
  let damaged = 0;
  for (const part of parts) {
    const { identifier, generation, wanted } = part;
    for (const span of wanted) {
      for (let first = span.first; first < span.end; first += BLOCKS_AT_ONCE) {
        const some = { first, end: Math.min(first + BLOCKS_AT_ONCE, span.end) };
        damaged += await desk.check({ identifier, generation, ...some });
        bytesDone += bytesOf(part, [some]);
        tell({ bytes, bytesDone, damaged });
      }
    }
  }
  return damaged;
}
