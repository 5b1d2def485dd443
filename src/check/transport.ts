import { isAllowed, isExposed } from './browser-fetch.ts';
import type { Finding } from './findings.ts';

/** Bytes that are asked for: as many as open most images. */
const ASKED = 1024;

/** What an object's answer to a range tells of its server. */
export interface Transport {
  readonly findings: readonly Finding[];
  readonly server: string | undefined;
  /** The object's bytes can be had, if only by programs that know no CORS. */
  readonly isReadable: boolean;
}

/**
 * Asks for the first bytes of an object as a page of `origin` would, and judges the answer header by header. `fetch` must
 * be one that may send `Origin` and sees every header, as those outside browsers do.
 */
export async function examineTransport(
  url: string,
  origin: string,
  fetch: typeof globalThis.fetch,
): Promise<Transport> {
  const response = await ask(url, fetch, { Origin: origin });
  if (response instanceof Error) {
    const found = `no answer: ${response.message}. Check the address, and that the server is on.`;
    return { findings: [{ grade: 'bad', subject: 'Connection', found }], server: undefined, isReadable: false };
  }
  const { headers, status, length } = response;
  const server = headers.has('x-amz-request-id') ? 'S3' : (headers.get('server') ?? undefined);
  const isForeign = new URL(url).origin !== origin;
  const cors = isForeign ? corsFindings(headers, origin) : [sameOrigin(origin)];
  if (status !== 200 && status !== 206) {
    return { findings: [statusFinding(status), ...cors], server, isReadable: false };
  }
  const findings: Finding[] = [];
  const html = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (html)
    findings.push({ grade: 'bad', subject: 'Content-Type', found: 'text/html: a page answers in place of the image' });
  findings.push(...rangeFindings(status, headers, length), ...cors);
  if (isForeign) findings.push(...exposedFindings(headers));
  findings.push(...validatorFindings(headers), ...encodingFindings(headers));
  if (isForeign) findings.push(...(await varyFindings(url, headers, fetch)));
  const isReadable = findings.every(({ grade, remedy }) => grade !== 'bad' || remedy === 'cors');
  return { findings, server, isReadable };
}

async function ask(url: string, fetch: typeof globalThis.fetch, extra: Readonly<Record<string, string>>) {
  try {
    const response = await fetch(url, { headers: { Range: `bytes=0-${ASKED - 1}`, ...extra }, cache: 'no-store' });
    const length = await lengthOf(response);
    return { status: response.status, headers: response.headers, length };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/** Undefined where the body can't be read, as one with a Content-Encoding that isn't its own. */
async function lengthOf({ body }: Response): Promise<number | undefined> {
  const reader = body?.getReader();
  let length = 0;
  try {
    // A server that ignores Range sends everything: what comes first tells as much.
    while (reader && length <= ASKED) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
    }
    await reader?.cancel();
    return length;
  } catch {
    return undefined;
  }
}

function statusFinding(status: number): Finding {
  const words: Readonly<Record<number, string>> = {
    401: 'it asks for a login: anyone must be able to read it, or name it a private source',
    403: 'it is missing, or anyone may not read it: S3 says the same of both',
    404: 'there is no such object',
  };
  return {
    grade: 'bad',
    subject: 'Status',
    found: `${status}: ${words[status] ?? 'an image was expected'}`,
    remedy: 'public',
  };
}

function rangeFindings(status: number, headers: Headers, length: number | undefined): readonly Finding[] {
  if (status === 200) {
    return [
      {
        grade: 'bad',
        subject: 'Range',
        found: '200: the server ignores Range and sends the whole file',
        remedy: 'range',
      },
    ];
  }
  const range = headers.get('content-range');
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(range ?? '') ?? [];
  const end = Number(last) + 1;
  const right = first === '0' && end === Math.min(ASKED, Number(total)) && (length === undefined || end === length);
  return [
    right
      ? { grade: 'good', subject: 'Range', found: `206, Content-Range: ${range}` }
      : {
          grade: 'bad',
          subject: 'Range',
          found: `206 with ${length ?? 'unreadable'} bytes and Content-Range: ${range ?? 'none'}, for bytes 0–${ASKED - 1}`,
          remedy: 'range',
        },
  ];
}

const sameOrigin = (origin: string): Finding => ({
  grade: 'good',
  subject: 'CORS',
  found: `not needed: the images are on the site's own origin, ${origin}`,
});

function corsFindings(headers: Headers, origin: string): readonly Finding[] {
  const subject = 'Access-Control-Allow-Origin';
  const allowed = headers.get(subject);
  return isAllowed(headers, origin)
    ? [{ grade: 'good', subject, found: allowed ?? '' }]
    : [
        {
          grade: 'bad',
          subject,
          found: `${allowed ?? 'missing'}: pages of ${origin} may not read the images`,
          remedy: 'cors',
        },
      ];
}

function exposedFindings(headers: Headers): readonly Finding[] {
  const wanted = [
    ['Content-Range', 'bad', 'without it the first answer does not tell how long the image is'],
    ['ETag', 'warn', 'without it an image that was replaced is noticed only by its length'],
  ] as const;
  return wanted.map(([name, grade, loss]): Finding => {
    const subject = `Access-Control-Expose-Headers: ${name}`;
    return isExposed(headers, name)
      ? { grade: 'good', subject, found: 'exposed' }
      : { grade, subject, found: `hidden: ${loss}`, remedy: 'cors' };
  });
}

function validatorFindings(headers: Headers): readonly Finding[] {
  const subject = 'ETag';
  const etag = headers.get('etag');
  if (etag === null)
    return [
      { grade: 'warn', subject, found: 'missing: a replaced image is noticed only by its length', remedy: 'etag' },
    ];
  if (etag.startsWith('W/'))
    return [{ grade: 'warn', subject, found: `${etag} is weak, and says nothing of bytes`, remedy: 'etag' }];
  return [{ grade: 'good', subject, found: `${etag}, strong` }];
}

function encodingFindings(headers: Headers): readonly Finding[] {
  const subject = 'Content-Encoding';
  const encoding = (headers.get('content-encoding') ?? '').trim();
  if (encoding === '' || encoding === 'identity') return [{ grade: 'good', subject, found: 'none' }];
  return [
    { grade: 'bad', subject, found: `${encoding}: ranges of compressed data can not be read`, remedy: 'encoding' },
  ];
}

/** Where the answer names one origin, a cache between must not hand it to pages of another. */
async function varyFindings(
  url: string,
  headers: Headers,
  fetch: typeof globalThis.fetch,
): Promise<readonly Finding[]> {
  const allowed = headers.get('access-control-allow-origin');
  if (allowed === null || allowed === '*') return [];
  const varies = (given: Headers) => /\borigin\b|\*/i.test(given.get('vary') ?? '');
  const subject = 'Vary';
  if (!varies(headers)) {
    return [
      {
        grade: 'warn',
        subject,
        found: 'lacks Origin: a cache may give pages of one origin what was meant for another',
        remedy: 'vary',
      },
    ];
  }
  const plain = await ask(url, fetch, {});
  if (plain instanceof Error || varies(plain.headers)) return [{ grade: 'good', subject, found: 'Origin' }];
  const found = 'Origin, but not without an Origin header: a CDN must forward Origin, or make it part of its key';
  return [{ grade: 'warn', subject, found, remedy: 'vary' }];
}
