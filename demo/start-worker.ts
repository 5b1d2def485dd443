import { type RegisterOptions, register } from '../src/page/index.ts';
import { bucketUrl } from './bucket.ts';
import { siteUrl } from './site-url.ts';

/**
 * Registers the site's worker for the demo's bucket, and resolves with the bucket's address when the worker answers.
 * @throws {Error} in words, where there can be none.
 */
export async function startWorker(options: RegisterOptions = {}): Promise<string> {
  const bucket = await bucketUrl();
  const worker = new URL('sw.js', siteUrl);
  worker.searchParams.set('bucket', bucket);
  await register(worker, options);
  return bucket;
}
