import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isInstalledFile, isLaterScript } from '../../src/host/built-files.ts';
import { cog } from '../server/files.ts';
import { startRangeServer } from '../source/range-server.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const command = join(dist, 'cli.js');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const start = (...words: readonly string[]) => spawn(process.execPath, [command, ...words]);

async function run(...words: readonly string[]) {
  const child = start(...words);
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, errors, code };
}

/** Starts `serve`, hands its address over, and ends it. */
async function serving(words: readonly string[], use: (url: string, lines: readonly string[]) => Promise<void>) {
  const child = start('serve', ...words);
  const lines: string[] = [];
  try {
    const address = new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        lines.push(line);
        const [, url] = / at (http:\/\/(?:127\.0\.0\.1|localhost):\d+)\//.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
      child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
    });
    await use(await address, lines);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

// `npm run build` writes what is tested here.
describe.skipIf(!existsSync(command))('the command', () => {
  // Windows starts it through a script of npm's own.
  test.skipIf(process.platform === 'win32')('is a program of its own, as npm installs it', async () => {
    await chmod(command, 0o755);
    const child = spawn(command, ['--version']);
    expect(await text(child.stdout)).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [[], 'No command was given'],
    [['upload'], 'There is no command "upload"'],
    [['publish', 'scans'], 'publish takes two folders'],
    [['publish', 'a', 'b', '--webp', '--lossless'], 'exclude each other'],
    [['publish', 'a', 'b', '--quality', '101'], '"101" is no quality'],
    [['publish', 'a', 'b', '--base', 'example.org'], 'no address of a site'],
    [['check'], 'check takes one address'],
    [['check', 'map.tif'], '"map.tif" is no http address'],
    [['serve'], 'serve takes one folder or URL template'],
    [['serve', 'a', 'b'], 'serve takes one folder or URL template'],
    [['serve', '.', '--port', 'http'], '"http" is no port'],
    [['serve', '.', '--port', '65536'], '"65536" is no port'],
    [['serve', '.', '--port', ''], '"" is no port'],
    [['serve', '.', '--prot', '80'], '--prot'],
    [['init'], 'init takes one folder'],
    [['init', 'a', 'b'], 'init takes one folder'],
    [['init', '--force'], 'init takes one folder'],
  ])('%j is told how it is used, with exit code 2', async (words, message) => {
    const { out, errors, code } = await run(...words);
    expect(code).toBe(2);
    expect(errors).toContain(message);
    expect(errors).toContain('Usage:');
    expect(out).toBe('');
  });

  test.each([
    [['serve', 'no/such/folder'], 'neither a folder nor a URL template'],
    [['serve', 'https://images.example/image.tif'], 'needs {id}'],
  ])('%j can not work, and says so with exit code 1', async (words, message) => {
    const { errors, code } = await run(...words);
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at ');
  });

  test.each(['--help', 'help'])('%s prints the usage', async (word) => {
    expect(await run(word)).toMatchObject({ code: 0, errors: '', out: expect.stringContaining('potto serve') });
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await run('--version')).toEqual({ code: 0, errors: '', out: `${version}\n` });
  });

  test('init copies the worker, its wasm, the tag and the licences, and writes a worker of two lines once', async () => {
    const site = join(folder, 'site/public');
    expect((await run('init', site)).code).toBe(0);
    const built = (await readdir(dist)).filter(isInstalledFile);
    expect(built.filter(isLaterScript)).toHaveLength(1);
    expect(built).toEqual(
      expect.arrayContaining(['potto-sw.js', 'potto-viewer.js', 'potto-licences.txt', 'kernel.wasm']),
    );
    expect((await readdir(site)).sort()).toEqual([...built, 'sw.js'].sort());
    expect(await readFile(join(site, 'potto-sw.js'))).toEqual(await readFile(join(dist, 'potto-sw.js')));
    const worker = await readFile(join(site, 'sw.js'), 'utf8');
    expect(worker.trim().split('\n')).toHaveLength(2);

    await writeFile(join(site, 'sw.js'), '// mine');
    for (const name of ['potto-sw.js', 'potto-later-0ld_-1.js'])
      await writeFile(join(site, name), '// of an older version');
    const again = await run('init', site);
    expect(again.out).toContain('as it is');
    expect(await readFile(join(site, 'sw.js'), 'utf8')).toBe('// mine');
    expect(await readFile(join(site, 'potto-sw.js'))).toEqual(await readFile(join(dist, 'potto-sw.js')));
    expect((await readdir(site)).sort()).toEqual([...built, 'sw.js'].sort());
  });

  test('serve answers for a folder, on a free port, and logs', async () => {
    await writeFile(join(folder, 'photo.tif'), await cog('red'));
    await serving([folder, '--port', '0'], async (url, lines) => {
      expect((await fetch(`${url}/iiif/3/photo/info.json`)).status).toBe(200);
      const picture = await fetch(`${url}/iiif/3/photo/full/64,/0/gray.png`);
      expect(picture.headers.get('content-type')).toBe('image/png');
      expect((await fetch(`${url}/iiif/3/missing/info.json`)).status).toBe(404);
      const logged = /^GET \/iiif\/3\/photo\/info\.json 200 \d+ ms$/m;
      await vi.waitFor(() => expect(lines.join('\n')).toMatch(logged));
    });
  });

  test('serve shows a site that init has written into, files and ranges of them, and nothing beside it', async () => {
    const site = join(folder, 'shown');
    await run('init', site);
    await writeFile(join(site, 'index.html'), '<h1>Here</h1>');
    await writeFile(join(site, '.hidden'), 'secret');
    await writeFile(join(folder, 'beside.txt'), 'secret');
    await serving([site, '--port', '0'], async (url) => {
      const page = await fetch(`${url}/`);
      expect([page.headers.get('content-type'), await page.text()]).toEqual([
        'text/html; charset=utf-8',
        '<h1>Here</h1>',
      ]);
      const part = await fetch(`${url}/index.html`, { headers: { range: 'bytes=4-7' } });
      expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
        206,
        'bytes 4-7/13',
        'Here',
      ]);
      expect((await fetch(`${url}/index.html`, { headers: { range: 'bytes=13-' } })).status).toBe(416);
      expect((await fetch(`${url}/kernel.wasm`)).headers.get('content-type')).toBe('application/wasm');
      expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(405);
      for (const path of ['nothing.html', '.hidden', '..%2Fbeside.txt', '%2e%2e/beside.txt', '%zz'])
        expect((await fetch(`${url}/${path}`)).status, path).toBe(404);
    });
  });

  test('serve answers for a URL template', async () => {
    const store = await startRangeServer(await cog('red'));
    await serving([`${store.origin}/{id}.tif`, '--port', '0', '--host', 'localhost'], async (url) => {
      expect((await fetch(`${url}/iiif/2/photo/info.json`)).status).toBe(200);
    });
    await store.close();
  });

  test('serve says that its port is taken', async () => {
    await serving([folder, '--port', '0'], async (url) => {
      const { errors, code } = await run('serve', folder, '--port', new URL(url).port);
      expect(code).toBe(1);
      expect(errors).toContain('EADDRINUSE');
    });
  });
});
