import { ImageServerError } from '../errors.ts';
import { SourceBusyError, SourceUnreachableError } from './source.ts';

/** What is wrong with a body that isn't as long as the head promised; a connection that broke shows itself thus. */
export function brokenBody(cause?: unknown): SourceUnreachableError {
  return new SourceUnreachableError(
    502,
    'The connection to the source of the image ended before all bytes had come. Try again; if it happens every time, check that the object is stored without Content-Encoding and that nothing on the way cuts answers short.',
    { cause },
  );
}

/** A 200 whose body is too long to be taken in place of a range. */
export function ignoresRange(): ImageServerError {
  return new ImageServerError(
    502,
    'A range of the image was asked of the source, and it began to send the whole file: the server ignores Range. Serve the images from a server that answers ranges with 206, such as S3, nginx or Apache.',
  );
}

/** `fetch` rejected: browsers say the same of a dead network and of CORS. */
export function unreachable(cause: unknown): SourceUnreachableError {
  return new SourceUnreachableError(
    502,
    "The source of the image could not be reached. Either it is offline, or its address is wrong (the host, the name of the bucket), or it does not allow this page to read it: then add the page's origin to AllowedOrigins of the bucket's CORS rules. An object stored with Content-Encoding: gzip fails in the same way.",
    { cause },
  );
}

/** A size of 0, or 416 for the first byte. */
export function emptyObject(): ImageServerError {
  return new ImageServerError(502, 'The object at the source of the image is empty (0 bytes). Upload the image again.');
}

/** A range that begins where the object has ended, by `size` if it is known. */
export function pastTheEnd(offset: number, size: number | undefined): ImageServerError {
  const end = size === undefined ? 'its end' : `its end at ${size}`;
  return new ImageServerError(
    416,
    `Bytes from ${offset} of the image were asked for, past ${end}: the file is truncated or damaged. Upload the image again.`,
  );
}

/** A body longer than its `Content-Range`. */
export function sentTooMuch(): ImageServerError {
  return new ImageServerError(
    502,
    'The source of the image sent more bytes than it announced. Check that the object is stored without Content-Encoding, and check any proxy or cache before the server.',
  );
}

/** 416 for bytes that the object has; `cause` tells which. */
export function refusesRange(cause: unknown): ImageServerError {
  return new ImageServerError(
    502,
    'The source of the image refuses ranges that lie within the file (416). Check the server, and any proxy or cache before it.',
    { cause },
  );
}

/** A range longer than `limit` bytes, which only a damaged file can ask for. */
export function tooLong(length: number, limit: number): ImageServerError {
  return new ImageServerError(
    502,
    `${length} bytes of the image would have to be read at once, more than ${limit}: the file is damaged, or it is not cut into tiles. Store the image as a tiled pyramid.`,
  );
}

/** A read that its deadline ended. */
export function tooLate(milliseconds: number): SourceBusyError {
  return new SourceBusyError(
    504,
    `The source of the image did not answer within ${milliseconds / 1000} seconds. Try again later.`,
  );
}

/** A source that failed several times in a row isn't asked for a while. */
export class LeftAloneError extends SourceUnreachableError {
  /** `problem`: what went wrong the last time, in the words of an answer. */
  constructor(failures: number, retryAfter: number, problem: string | undefined) {
    const last = problem === undefined ? '' : ` The last time: ${problem}`;
    super(
      503,
      `The source of the image failed ${failures} times in a row; it is asked again in ${retryAfter} s.${last}`,
      { retryAfter },
    );
  }
}
