import { AwsV4Signer } from 'aws4fetch';
import type { S3Credentials } from './credentials.ts';

export interface S3Scope {
  readonly region: string;
  readonly service: string;
}

/** Signing keys, which are good for a day each, as long as their credentials are in memory. */
const signingKeys = new WeakMap<S3Credentials, Map<string, ArrayBuffer>>();

/** The headers that sign a GET by AWS Signature Version 4. `Range` isn't part of it. */
export async function signS3(url: string, credentials: S3Credentials, { region, service }: S3Scope): Promise<Headers> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const cache = signingKeys.get(credentials) ?? new Map<string, ArrayBuffer>();
  signingKeys.set(credentials, cache);
  const token = sessionToken === undefined ? {} : { sessionToken };
  const signer = new AwsV4Signer({
    url,
    method: 'GET',
    accessKeyId,
    secretAccessKey,
    ...token,
    region,
    service,
    cache,
  });
  return (await signer.sign()).headers;
}
