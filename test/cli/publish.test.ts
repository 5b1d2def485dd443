import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { progressLine } from '../../src/cli/progress-line.ts';
import { picture, writeFiles } from '../publish/scans.ts';
import { startStaticHost } from '../publish/static-host.ts';

const command = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-cli-publish-'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(...words: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...words], (error, out) => {
      resolve({ out, code: error === null ? 0 : Number(error.code) });
    });
  });
}

// `npm run build` writes what is tested here.
describe.skipIf(!existsSync(command))('the command', () => {
  test('publishes a folder, names what it could not read, and says so by its exit code', async () => {
    const [scans, site] = [join(folder, 'scans'), join(folder, 'site')];
    await writeFiles(scans, { 'map.jpg': picture(1500, 1100).jpeg().toBuffer(), 'notes.txt': 'no image' });
    const plan = await run('publish', scans, site, '--dry-run');
    expect([plan.code, existsSync(site)]).toEqual([0, false]);
    expect(plan.out).toContain('1 work with 1 image would be published');

    const first = await run('publish', scans, site);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/1 made into pyramids: [\d.]+ KB → [\d.]+ KB/);
    expect(first.out).toContain('notes.txt');

    await writeFiles(scans, { 'broken.png': 'no image' });
    const second = await run('publish', scans, site);
    expect(second.code).toBe(1);
    expect(second.out).toContain('1 unchanged since last time');
    expect(second.out).toMatch(/1 file could not be read:\n {2}broken\.png: /);

    const host = await startStaticHost(site, '/');
    const image = `${host.url}images/map.tif`;
    const own = await run('check', image, '--origin', host.url);
    expect(own.out).toMatch(/Opening: 1 request\n/);
    expect(own.code).toBe(0);
    const foreign = await run('check', image);
    await host.close();
    expect(foreign.out).toContain('NO  Access-Control-Allow-Origin: missing');
    expect(foreign.code).toBe(1);
  });
});

describe.skipIf(!existsSync(command) || process.platform === 'win32')('Ctrl-C', () => {
  test('stops at once, leaves nothing half made, and the next run goes on', async () => {
    const [scans, site] = [join(folder, 'many'), join(folder, 'many-site')];
    const photograph = await picture(4000, 3000).jpeg().toBuffer();
    const names = Array.from({ length: 12 }, (_, index) => `${index}.jpg`);
    await writeFiles(scans, Object.fromEntries(names.map((name) => [name, photograph])));
    const child = spawn(process.execPath, [command, 'publish', scans, site]);
    const ended = once(child, 'exit');
    const errors = text(child.stderr);
    await vi.waitFor(async () => expect((await readdir(join(site, 'images'))).length).toBeGreaterThan(0), 30_000);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await errors).toContain('goes on from there');
    expect((await readdir(site)).sort()).toEqual(['.potto.json', 'images']);
    const { out, code } = await run('publish', scans, site);
    expect(code).toBe(0);
    expect(out).toMatch(/\d+ unchanged since last time/);
    expect(await readdir(site)).not.toContain('.potto-drafts');
  }, 60_000);
});

describe('the line of progress', () => {
  const half = { scans: 4, done: 2, worked: 50_000_000, left: 50_000_000, name: 'map.tif' };

  test('tells how much is done and how long the rest will take, and is written over in a terminal', () => {
    const written: string[] = [];
    let now = 0;
    const line = progressLine({ isTTY: true, columns: 80, write: (words) => written.push(words) }, () => now);
    now = 30_000;
    line.show(half);
    line.end();
    expect(written).toEqual(['\r\x1b[K[############............] 2/4 · 30 s left (50.0 MB) · map.tif', '\r\x1b[K']);
  });

  test('is a line now and then in a log', () => {
    const written: string[] = [];
    let now = 0;
    const line = progressLine({ write: (words) => written.push(words) }, () => now);
    for (now = 0; now <= 20_000; now += 5000) line.show(half);
    expect(written).toEqual(['2/4 · 10 s left (50.0 MB) · map.tif\n', '2/4 · 20 s left (50.0 MB) · map.tif\n']);
  });

  test('never breaks a narrow terminal’s line, and guesses nothing at the start', () => {
    const written: string[] = [];
    const line = progressLine({ isTTY: true, columns: 40, write: (words) => written.push(words) });
    line.show({ ...half, done: 0, worked: 0, name: 'a name that is much longer than the line' });
    expect(written.join('')).not.toContain('left');
    expect(written.join('').replace('\r\x1b[K', '').length).toBeLessThan(40);
  });
});
