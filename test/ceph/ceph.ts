import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Keys, signatureHeaders } from './sigv4.ts';

const SCRIPT = fileURLToPath(new URL('ceph.sh', import.meta.url));
const EXIT_UNAVAILABLE = 69;

export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** As STS gives them, and as the AWS SDK names them. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
}

/** A running RADOS Gateway and what a test sets up in it. */
export interface CephStore {
  /** Path-style endpoint, `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  createBucket(bucket: string): Promise<void>;
  putObject(bucket: string, key: string, body: Uint8Array, headers?: { readonly contentType?: string }): Promise<void>;
  /** `policy` is a bucket policy document, as AWS writes it. */
  putPolicy(bucket: string, policy: object): Promise<void>;
  putCors(bucket: string, rules: readonly CorsRule[]): Promise<void>;
  /** Temporary keys, with which all objects can be read and nothing else done: STS's AssumeRole. */
  assumeReader(): Promise<TemporaryKeys>;
  /** Ends the daemons and removes their folder. */
  stop(): Promise<void>;
}

/**
 * Starts Ceph with its RADOS Gateway on free loopback ports; takes about 12 seconds.
 * @returns undefined where Ceph isn't installed and can't be, or doesn't start here; the reason is printed.
 */
export async function startCeph(): Promise<CephStore | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'potto-ceph-'));
  const [port, monitorPort] = [await freePort(), await freePort()];
  const keys: Keys = { accessKey: 'POTTOTEST', secretKey: randomBytes(16).toString('hex') };
  const script = spawn(SCRIPT, ['run', folder, String(port), String(monitorPort)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, POTTO_S3_ACCESS_KEY: keys.accessKey, POTTO_S3_SECRET_KEY: keys.secretKey },
  });
  const status = await readyOrExit(script);
  if (status === 'ready') return cephStore(port, keys, script);
  await rm(folder, { recursive: true, force: true });
  if (status !== EXIT_UNAVAILABLE) console.warn(`Ceph is installed and doesn't start: status ${status}`);
  return undefined;
}

async function readyOrExit(script: ChildProcess): Promise<'ready' | number | null> {
  return new Promise((resolve, reject) => {
    script.once('error', reject);
    script.once('exit', (status) => resolve(status));
    script.stdout?.once('data', () => resolve('ready'));
  });
}

function cephStore(port: number, keys: Keys, script: ChildProcess): CephStore {
  const url = `http://127.0.0.1:${port}`;

  async function put(path: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<void> {
    const bytes = new Uint8Array(Buffer.from(body));
    const target = new URL(url + path);
    // S3 requires Content-MD5 where a bucket's CORS rules are set.
    const md5 = createHash('md5').update(bytes).digest('base64');
    const signed = signatureHeaders({ method: 'PUT', url: target, body: bytes }, keys);
    const response = await fetch(target, {
      method: 'PUT',
      body: bytes,
      headers: { ...signed, 'content-md5': md5, ...headers },
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
  }

  return {
    url,
    port,
    createBucket: (bucket) => put(`/${bucket}`, ''),
    putObject: (bucket, key, body, { contentType = 'application/octet-stream' } = {}) =>
      put(`/${bucket}/${encodeKey(key)}`, body, { 'content-type': contentType }),
    putPolicy: (bucket, policy) => put(`/${bucket}?policy=`, JSON.stringify(policy)),
    putCors: (bucket, rules) => put(`/${bucket}?cors=`, corsDocument(rules)),
    async assumeReader() {
      const query = {
        ...{ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: 'arn:aws:iam:::role/reader' },
        ...{ RoleSessionName: 'test', DurationSeconds: '900' },
      };
      const body = Buffer.from(String(new URLSearchParams(query)));
      const target = new URL(`${url}/`);
      const signed = signatureHeaders({ method: 'POST', url: target, body, service: 'sts' }, keys);
      const headers = { ...signed, 'content-type': 'application/x-www-form-urlencoded' };
      const response = await fetch(target, { method: 'POST', body, headers });
      const text = await response.text();
      if (!response.ok) throw new Error(`AssumeRole: ${response.status} ${text}`);
      const element = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? '';
      return {
        accessKeyId: element('AccessKeyId'),
        secretAccessKey: element('SecretAccessKey'),
        sessionToken: element('SessionToken'),
        expiration: element('Expiration'),
      };
    },
    async stop() {
      const exited = once(script, 'exit');
      script.stdin?.end();
      await exited;
    },
  };
}

/** Signature Version 4 wants every byte encoded but A–Z a–z 0–9 `-._~` and the slashes between segments. */
function encodeKey(key: string): string {
  const encode = (segment: string) =>
    encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return key.split('/').map(encode).join('/');
}

function corsDocument(rules: readonly CorsRule[]): string {
  const element = (name: string, values: readonly (string | number)[] = []) =>
    values.map((value) => `<${name}>${value}</${name}>`).join('');
  const rule = (rule: CorsRule) =>
    [
      element('AllowedOrigin', rule.allowedOrigins),
      element('AllowedMethod', rule.allowedMethods),
      element('AllowedHeader', rule.allowedHeaders),
      element('ExposeHeader', rule.exposeHeaders),
      element('MaxAgeSeconds', rule.maxAgeSeconds === undefined ? [] : [rule.maxAgeSeconds]),
    ].join('');
  const body = rules.map((r) => `<CORSRule>${rule(r)}</CORSRule>`).join('');
  return `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</CORSConfiguration>`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
