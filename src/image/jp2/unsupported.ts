import { ImageServerError } from '../../errors.ts';

/** Commands that write what Potto reads best. */
export const MEND = {
  /** From the original. */
  write:
    "opj_compress -i in.png -o out.jp2 -p RPCL -c '[256,256],[256,256],[128,128],[128,128],[128,128],[128,128]' " +
    '-b 64,64 -n 6 -PLT -TLM',
  /** The same picture with the lengths of its packets, which costs nothing of its quality. */
  addLengths: 'kdu_transcode -i in.jp2 -o out.jp2 Corder=RPCL ORGgen_plt=yes ORGtparts=R',
} as const;

/** The error for a valid file of a kind that isn't read. `found` is a clause without a full stop. */
export function unsupported(found: string, mend: string = MEND.write): ImageServerError {
  return new ImageServerError(
    501,
    `The source is a JPEG 2000 of a kind that Potto does not read: ${found}. Write it anew: ${mend}`,
  );
}
