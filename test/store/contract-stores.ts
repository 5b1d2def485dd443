import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { recommendedCorsRules } from '../../demo/build/bucket-rules.ts';
import type { CorsRule } from '../../demo/store/cors.ts';
import { type Policy, publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { startCeph } from '../ceph/ceph.ts';

/** Of the object `a.tif`. */
export const body = '0123456789'.repeat(10);
export const etag = `"${createHash('md5').update(body).digest('hex')}"`;
/** An origin that the CORS rules allow. */
export const page = 'https://viewer.example.org';

/** In each of the buckets. */
const objects: Readonly<Record<string, string>> = { 'a.tif': body, empty: '', 'dir x/ü+%.tif': 'named' };

const cors: readonly CorsRule[] = [
  {
    allowedOrigins: ['https://*.example.org', 'http://localhost:8000'],
    allowedMethods: ['GET', 'HEAD'],
    allowedHeaders: ['Range', 'Authorization'],
    exposeHeaders: ['Content-Range', 'Content-Length', 'ETag', 'Accept-Ranges'],
    maxAgeSeconds: 600,
  },
];
const corsForAll: readonly CorsRule[] = [...cors, { allowedOrigins: ['*'], allowedMethods: ['GET'] }];

function listablePolicy(bucket: string): Policy {
  const list = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${bucket}`,
  } as const;
  return { Version: '2012-10-17', Statement: [...publicReadPolicy(bucket).Statement, list] };
}

function partlyDeniedPolicy(bucket: string): Policy {
  const Resource = `arn:aws:s3:::${bucket}/dir*`;
  const deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: ['s3:Get*'], Resource: [Resource] } as const;
  return { Version: '2012-10-17', Statement: [...publicReadPolicy(bucket).Statement, deny] };
}

/** As the documentation has it. */
function documentedPolicy(bucket: string): Policy {
  const recipe = new URL('../../demo/public/docs/recipes/policy.json', import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(recipe), 'utf8').replace('YOUR-BUCKET', bucket));
}

interface Bucket {
  readonly name: string;
  readonly policy?: Policy;
  readonly cors?: readonly CorsRule[];
}

const buckets: readonly Bucket[] = [
  { name: 'public', policy: publicReadPolicy('public'), cors },
  { name: 'listable', policy: listablePolicy('listable'), cors: corsForAll },
  { name: 'partly', policy: partlyDeniedPolicy('partly') },
  { name: 'private', cors },
  { name: 'documented', policy: documentedPolicy('documented'), cors: recommendedCorsRules() },
];

/** A store with the buckets of the contract in it. */
export interface RunningStore {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startEmbedded(): Promise<RunningStore> {
  const contents = new Map(
    Object.entries(objects).map(([key, text]): [string, Uint8Array] => [key, Buffer.from(text)]),
  );
  const store = await startStore({ buckets: buckets.map((bucket) => ({ ...bucket, objects: contents })) });
  return { port: store.port, stop: store.close };
}

/** @returns undefined where Ceph can't be had. */
export async function startRadosGateway(): Promise<RunningStore | undefined> {
  const ceph = await startCeph();
  if (ceph === undefined) return undefined;
  for (const bucket of buckets) {
    await ceph.createBucket(bucket.name);
    for (const [key, text] of Object.entries(objects)) {
      await ceph.putObject(bucket.name, key, Buffer.from(text), { contentType: 'image/tiff' });
    }
    if (bucket.policy) await ceph.putPolicy(bucket.name, bucket.policy);
    if (bucket.cors) await ceph.putCors(bucket.name, bucket.cors);
  }
  return { port: ceph.port, stop: ceph.stop };
}
