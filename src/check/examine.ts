import type { WasmLoader } from '../codec/codec.ts';
import { examineContent } from './content.ts';
import type { Examination, Finding } from './findings.ts';
import { examineTransport } from './transport.ts';

export interface ExamineOptions {
  /** Of the site that is to show the images; by default one that no rule names. */
  readonly origin?: string | undefined;
  /** One that may send `Origin` and sees every header. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly wasm: WasmLoader;
}

export const ANY_ORIGIN = 'https://your-site.example';

/** A name that no object has, to ask a bucket for. */
const NO_KEY = 'potto-check-no-such-image.tif';
const IMAGE_KEY = /\.(?:tiff?|jp2|jpe?g|png|webp|avif)$/i;

/**
 * Examines an image, or a bucket (an address that ends with a slash), as a worker of the site would meet it.
 * @throws {TypeError} when it is no http address.
 */
export async function examine(url: string, options: ExamineOptions): Promise<Examination> {
  const { origin = ANY_ORIGIN, fetch = globalThis.fetch, wasm } = options;
  const { protocol, pathname } = new URL(url);
  if (!protocol.startsWith('http')) throw new TypeError(`${url} is no http address.`);
  const listed = pathname.endsWith('/') ? await firstImage(url, fetch) : undefined;
  if (pathname.endsWith('/') && listed === undefined) return examineBucket(url, origin, fetch);
  const address = listed ?? url;
  const { findings, server, isReadable } = await examineTransport(address, origin, fetch);
  // What CORS forbids is told already: the image is looked at as if it were allowed.
  const asWhom = findings.some(({ grade }) => grade === 'bad') ? new URL(address).origin : origin;
  const content = isReadable ? await examineContent(address, asWhom, { fetch, wasm }) : undefined;
  return {
    url: address,
    origin,
    findings: [...findings, ...(content?.findings ?? [])],
    server,
    firstView: content?.firstView,
  };
}

/** A bucket that may not be listed shows its CORS rules on every answer, that to a missing object too. */
async function examineBucket(url: string, origin: string, fetch: typeof globalThis.fetch): Promise<Examination> {
  const { findings, server } = await examineTransport(new URL(NO_KEY, url).href, origin, fetch);
  const rules = findings.filter(({ subject }) => subject !== 'Status');
  const found = 'its images can’t be listed, as is usual: give the address of one of them to have everything examined';
  const bucket: Finding = { grade: 'warn', subject: 'Bucket', found };
  return { url, origin, findings: [bucket, ...rules], server, firstView: undefined };
}

/** Of a bucket that anyone may list (S3, ListObjectsV2). */
async function firstImage(url: string, fetch: typeof globalThis.fetch): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('?list-type=2&max-keys=100', url));
    if (!response.ok || !/xml/.test(response.headers.get('content-type') ?? '')) return undefined;
    const keys = [...(await response.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key);
    const key = keys.find((each) => IMAGE_KEY.test(each));
    return key === undefined ? undefined : new URL(key.split('/').map(encodeURIComponent).join('/'), url).href;
  } catch {
    return undefined;
  }
}
