import { S3Error } from './errors.ts';

export interface Address {
  /** Undefined at the store's root. */
  readonly bucket: string | undefined;
  /** Percent-decoded; empty for the bucket itself. */
  readonly key: string;
}

/** The domain of virtual-hosted buckets: browsers resolve `BUCKET.localhost` to the loopback interface. */
const DOMAIN = '.localhost';

/**
 * What a request is for, path-style (`/bucket/key`) or virtual-hosted (`/key` at `bucket.localhost`).
 * The path is taken as it was sent: a key may hold `..`, which is a name like any other to S3.
 * @throws {S3Error} InvalidURI for broken percent-encoding.
 */
export function addressOf(url: string, host = ''): Address {
  const path = url.replace(/[?#].*$/s, '').replace(/^\//, '');
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name.endsWith(DOMAIN)) return { bucket: name.slice(0, -DOMAIN.length), key: decode(path) };
  const slash = path.indexOf('/');
  const bucket = decode(slash < 0 ? path : path.slice(0, slash));
  return { bucket: bucket === '' ? undefined : bucket, key: slash < 0 ? '' : decode(path.slice(slash + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}
