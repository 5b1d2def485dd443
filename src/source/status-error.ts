import { ImageServerError } from '../errors.ts';
import type { Attempt } from './retry.ts';
import { SourceBusyError, SourceUnreachableError } from './source.ts';

/** Statuses that another attempt may cure. */
const PASSING = new Set([429, 500, 502, 503, 504]);

/**
 * What an answer means that carries no bytes of the image.
 * @returns a failure that is worth another attempt.
 * @throws {ImageServerError} where it isn't. The source's body is never part of it.
 */
export function statusError(response: Response): Attempt<never> {
  const { status } = response;
  const cause = { status };
  if (PASSING.has(status)) {
    const overloaded = status === 429 || status === 503;
    const found = overloaded ? 'is overloaded' : 'is in trouble';
    const retryAfter = retryAfterSeconds(response.headers.get('retry-after'));
    const message = `The source of the image ${found}: it answered ${status}, several times. Try again later.`;
    const options = retryAfter === undefined ? { cause } : { cause, retryAfter };
    return {
      kind: 'failed',
      origin: status === 429 ? 'up' : 'down',
      error: overloaded
        ? new SourceBusyError(503, message, options)
        : new SourceUnreachableError(status === 504 ? 504 : 502, message, options),
    };
  }
  throw new ImageServerError(...meaningOf(status), { cause });
}

function meaningOf(status: number): [status: number, message: string] {
  switch (status) {
    case 401:
      return [
        403,
        'The source of the image asks for a login (401). Only sources that anyone may read can be shown; make the image public, or use a signed URL.',
      ];
    case 403:
      return [
        404,
        'The image is missing at its source, or it is not public: the source answered 403, which S3 says in both cases. Check the identifier, and that the bucket policy allows s3:GetObject to everyone.',
      ];
    case 404:
    case 410:
      return [404, `There is no such image at its source (${status}). Check the identifier.`];
    default:
      return [
        502,
        `The source of the image answered ${status}, where a range of the image (206) was expected. Check the address of the source.`,
      ];
  }
}

/** `Retry-After` is seconds or a date (RFC 9110, section 10.2.3); CORS hides it unless it is exposed. */
function retryAfterSeconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}
