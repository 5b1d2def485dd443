import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { recommendedCorsRules } from '../../demo/build/bucket-rules.ts';
import { startStore } from '../../demo/store/store.ts';
import { examine } from '../../src/check/examine.ts';
import type { Examination } from '../../src/check/findings.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { picture } from '../publish/scans.ts';

// Servers start, and pictures are made.
vi.setConfig({ testTimeout: 60_000 });

const ORIGIN = 'https://library.example';
const LONG_AGO = new Date('2020-01-01');
const recipe = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../demo/public/docs/recipes/${name}`, import.meta.url)), 'utf8');
const look = (url: string) => examine(url, { origin: ORIGIN, wasm: nodeWasmLoader() });

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const scan = () =>
  picture(2400, 1800)
    .tiff({ tile: true, pyramid: true, tileWidth: 512, tileHeight: 512, compression: 'jpeg' })
    .toBuffer();

/** A server's configuration around a recipe; it listens at `port` and works in `folder`, where `www/scans/map.tif` lies. */
interface Server {
  readonly name: string;
  readonly program: string;
  readonly flags: (configuration: string, folder: string) => readonly string[];
  readonly configuration: (folder: string, port: number) => string;
}

const SERVERS: readonly Server[] = [
  {
    name: 'nginx',
    program: '/usr/sbin/nginx',
    flags: (configuration, folder) => ['-c', configuration, '-p', folder, '-e', join(folder, 'error.log')],
    configuration: (folder, port) => `
daemon off; worker_processes 1; pid ${folder}/pid;${process.getuid?.() === 0 ? ' user root;' : ''}
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  types { image/tiff tif; }
  # As a site may have it for everything else.
  gzip on; gzip_types *;
  server { listen 127.0.0.1:${port}; ${recipe('nginx.conf').replaceAll('/srv/www', join(folder, 'www'))} }
}`,
  },
  {
    name: 'lighttpd',
    program: '/usr/sbin/lighttpd',
    flags: (configuration) => ['-D', '-f', configuration],
    configuration: (folder, port) => `
server.document-root = "${folder}/www"
server.bind = "127.0.0.1"
server.port = ${port}
mimetype.assign = ( ".html" => "text/html" )
${recipe('lighttpd.conf')}`,
  },
  {
    name: 'Apache',
    program: '/usr/sbin/apache2',
    flags: (configuration) => ['-DFOREGROUND', '-f', configuration],
    configuration: (folder, port) => `
${['mpm_event', 'authz_core', 'env', 'headers', 'mime'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
ServerName 127.0.0.1
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
TypesConfig /dev/null
Listen 127.0.0.1:${port}
DocumentRoot ${folder}/www
${recipe('apache.conf')}`,
  },
];

/** @returns the address of the folder's images, once the server answers. */
async function startServer({ program, flags, configuration }: Server): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'potto-recipe-'));
  ended.push(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'www/scans'), { recursive: true });
  const map = join(folder, 'www/scans/map.tif');
  await writeFile(map, await scan());
  // Apache calls the ETag of a file that was written in this second weak.
  await utimes(map, LONG_AGO, LONG_AGO);
  const port = await freePort();
  const path = join(folder, 'server.conf');
  await writeFile(path, configuration(folder, port));
  const server = spawn(program, [...flags(path, folder)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const words: string[] = [];
  server.stderr.on('data', (chunk) => words.push(String(chunk)));
  ended.push(() => stop(server));
  const url = `http://127.0.0.1:${port}/scans/`;
  while (server.exitCode === null) {
    if (await fetch(url).catch(() => undefined)) return url;
  }
  throw new Error(`${program} ended: ${words.join('')}`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill();
  await once(server, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What isn't as it should be. */
function notGood({ findings }: Examination): readonly string[] {
  expect(findings.length).toBeGreaterThan(5);
  return findings.filter(({ grade }) => grade !== 'good').map(({ subject, found }) => `${subject}: ${found}`);
}

describe.each(SERVERS)('the recipe for $name', (server) => {
  test.skipIf(!existsSync(server.program))('makes it a source that nothing is wrong with', async () => {
    const url = await startServer(server);
    const found = await look(`${url}map.tif`);
    expect(notGood(found)).toEqual([]);
    const missing = await fetch(`${url}nothing.tif`, { headers: { Origin: ORIGIN } });
    expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, '*']);
  });
});

test('the recipe for S3 makes a bucket that nothing is wrong with', async () => {
  const policy = JSON.parse(recipe('policy.json').replace('YOUR-BUCKET', 'scans'));
  const objects = new Map([['map.tif', await scan()]]);
  const { url, close } = await startStore({
    buckets: [{ name: 'scans', objects, policy, cors: recommendedCorsRules() }],
  });
  ended.push(close);
  const found = await look(`${url}/scans/map.tif`);
  expect(notGood(found)).toEqual([]);
});

test('CloudFront is told the same headers as the bucket', () => {
  const { CorsConfig: rules } = JSON.parse(recipe('cloudfront-cors.json'));
  const [bucket] = recommendedCorsRules();
  const itemsOf = ({ Quantity, Items }: { readonly Quantity: number; readonly Items: readonly string[] }) => {
    expect(Items).toHaveLength(Quantity);
    return Items;
  };
  expect(itemsOf(rules.AccessControlExposeHeaders)).toEqual(bucket?.exposeHeaders);
  expect(itemsOf(rules.AccessControlAllowHeaders)).toEqual(bucket?.allowedHeaders);
  expect(itemsOf(rules.AccessControlAllowMethods)).toEqual(bucket?.allowedMethods);
  expect(itemsOf(rules.AccessControlAllowOrigins)).toEqual(bucket?.allowedOrigins);
});

test('the README’s rules are those of the recipe', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const blocks = [...readme.matchAll(/```json\n([^`]*)```/g)].map(([, json = '']) => JSON.parse(json));
  expect(blocks).toContainEqual(JSON.parse(recipe('cors.json')).CORSRules);
});
