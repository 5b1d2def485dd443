import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { makeOtherFiles } from '../../../demo/build/other-files.ts';
import { makePyramids } from '../../../demo/build/pyramids.ts';
import type { CorsRule } from '../../../demo/store/cors.ts';
import { PYRAMIDS } from '../paths.ts';

/** One object of a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
}

export interface Bucket {
  readonly name: string;
  readonly cors: readonly CorsRule[];
  readonly objects: readonly StoredObject[];
  /** Public-read otherwise. */
  readonly isPrivate?: boolean;
}

/** Public-read, with the CORS rules that users are told to set. */
export const SCANS = 'scans';
/** Public-read, without CORS rules. */
export const WITHOUT_CORS = 'without-cors';
/** Public-read, with CORS rules that expose no header. */
export const HIDING = 'hiding';

/** Private, with the CORS rules for requests that are signed. */
export const PRIVATE = 'private';

/** In the body of what is no image: it must not reach a page. */
export const BODY_MARK = 'words-of-the-source';

/** What users are told to set. */
export const openCors: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'HEAD'],
  allowedHeaders: ['Range', 'Authorization'],
  exposeHeaders: ['Content-Range', 'Content-Length', 'ETag', 'Accept-Ranges'],
  maxAgeSeconds: 600,
};
const signedCors: CorsRule = {
  ...openCors,
  allowedHeaders: ['Range', 'Authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'],
};
const { exposeHeaders: _exposed, ...hiding } = openCors;

/** What is in the store when the tests begin: the demo's images and objects that aren't any. */
export async function buckets(): Promise<readonly Bucket[]> {
  const pyramids = await makePyramids(PYRAMIDS);
  const images = await Promise.all(
    pyramids.map(async ({ id, file }) => ({ key: `${id}.tif`, body: await readFile(file), contentType: 'image/tiff' })),
  );
  const others = await Promise.all(
    (await makeOtherFiles(PYRAMIDS)).map(async ({ path }) => ({ key: basename(path), body: await readFile(path) })),
  );
  const some = images.slice(0, 1);
  const whole = images[0]?.body ?? Buffer.alloc(0);
  const page = Buffer.from(`<!doctype html><title>${BODY_MARK}</title><p>${BODY_MARK}`);
  const faulty: readonly StoredObject[] = [
    { key: 'page.tif', body: page, contentType: 'text/html' },
    { key: 'page-as-tiff.tif', body: page, contentType: 'image/tiff' },
    { key: 'text.tif', body: Buffer.from(`${BODY_MARK} `.repeat(100)) },
    { key: 'empty.tif', body: Buffer.alloc(0), contentType: 'image/tiff' },
    { key: 'cut.tif', body: whole.subarray(0, whole.length >> 1), contentType: 'image/tiff' },
    { key: 'cut-at-once.tif', body: whole.subarray(0, 6), contentType: 'image/tiff' },
  ];
  return [
    { name: SCANS, cors: [openCors], objects: [...images, ...others, ...faulty] },
    { name: WITHOUT_CORS, cors: [], objects: some },
    { name: HIDING, cors: [hiding], objects: some },
    { name: PRIVATE, cors: [signedCors], objects: images.filter(({ key }) => key === 'nuthatch.tif'), isPrivate: true },
  ];
}
