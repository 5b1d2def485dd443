import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { type Browser, chromium } from 'playwright';
import { publint } from 'publint';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { startSite } from '../e2e/site.ts';
import { libvipsPyramid } from '../server/files.ts';

// The package is packed, its types are checked in five ways, a site is built.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const program = (path: string) => join(PROJECT, 'node_modules', path);
const TYPESCRIPT = program('typescript/bin/tsc');
const VITE = program('vite/bin/vite.js');

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

let folder: string;
/** The package as npm packs it. */
let tarball: Uint8Array<ArrayBuffer>;
let manifest: Manifest;
/** A project that has installed it, and nothing else. */
let modules: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-package-'));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: PROJECT });
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  tarball = new Uint8Array(await readFile(join(folder, name)));
  modules = join(folder, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', join(folder, name), '-C', folder]);
  await rename(join(folder, 'package'), join(modules, 'potto'));
  manifest = JSON.parse(await readFile(join(modules, 'potto/package.json'), 'utf8'));
  // What npm would download.
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(program(name), join(modules, name), 'dir');
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Entries that are code, as they are imported. */
const entries = () =>
  Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([name]) => name.replace('.', 'potto'));

describe('the package as npm packs it', () => {
  test('publint has nothing to say', async () => {
    const { messages } = await publint({ pack: { tarball: tarball.buffer } });
    expect(messages).toEqual([]);
  });

  test('its types are right wherever modules of its kind can be imported', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(tarball), {
      excludeEntrypoints: ['./potto-sw.js', './potto-viewer.js'],
    });
    if (!analysis.types) throw new Error('There are no types');
    // It is for modules only: no Node that requires them, no resolution without `exports`.
    const problems = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node10$|-cjs$/.test(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });

  test('everything that the exports name is there', async () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      Object.values(typeof target === 'string' ? { target } : target),
    );
    for (const target of targets.filter((path) => !path.includes('*'))) {
      expect((await stat(join(modules, 'potto', target))).isFile(), target).toBe(true);
    }
  });

  test('no source map, test or demo comes along', async () => {
    const files = await readdir(join(modules, 'potto'), { recursive: true });
    expect(files.filter((path) => /\.map$|\.test\.|^dist\/(demo|test)\b|^(test|demo)\b/.test(path))).toEqual([]);
  });

  test('its sizes', async () => {
    const built = join(modules, 'potto/dist');
    const names = (await readdir(built)).filter((name) => /\.(js|wasm)$/.test(name));
    const rows = await Promise.all(
      names.map(async (name) => {
        const bytes = await readFile(join(built, name));
        expect(bytes.length, name).toBeGreaterThan(0);
        return `${name.padEnd(32)}${kilobytes(bytes.length)}${kilobytes(gzipSync(bytes, { level: 9 }).length)} gzipped`;
      }),
    );
    console.info([`${'the tarball'.padEnd(32)}${kilobytes(tarball.length)}`, ...rows].join('\n'));
    expect(tarball.length).toBeLessThan(4_500_000);
  });
});

describe('in a project in strict TypeScript', () => {
  test.each([
    ['bundler', 'ESNext'],
    ['node16', 'Node16'],
    ['nodenext', 'NodeNext'],
  ])('all entries have types that check, with moduleResolution %s', async (moduleResolution, module) => {
    const project = join(folder, moduleResolution);
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    const imports = entries().map((entry, index) => `export * as entry${index} from '${entry}';`);
    await writeFile(join(project, 'all.ts'), imports.join('\n'));
    await writeFile(join(project, 'use.ts'), USE);
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, types: [] },
      ...{ target: 'ES2023', lib: ['ES2023', 'DOM', 'DOM.Iterable'], module, moduleResolution },
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['all.ts', 'use.ts'] }));
    const said = await run(process.execPath, [TYPESCRIPT, '-p', project]).catch(({ stdout }) => ({ stdout }));
    expect(said.stdout).toBe('');
  });
});

describe('in a browser', () => {
  let browser: Browser;
  let scan: Uint8Array;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findBrowser(), args: [...BROWSER_FLAGS] });
    scan = await libvipsPyramid(600, 400);
  });
  afterAll(() => browser.close());

  /** Opens a site and asks its worker for an image. */
  async function imageOf(
    site: string,
    { elements = false } = {},
  ): Promise<{ width: number; height: number; format: string }> {
    const host = await startSite({ folder: site, files: { 'scans/page.tif': scan } });
    const page = await browser.newPage();
    try {
      await page.goto(host.url);
      await page.waitForFunction("document.title !== 'Waiting'", undefined, { timeout: 30_000 });
      expect(await page.title()).toBe('Ready');
      const [status, type, bytes] = await page.evaluate(async () => {
        const answer = await fetch('iiif/3/page/0,0,300,200/150,/90/gray.png');
        return [
          answer.status,
          answer.headers.get('Content-Type'),
          [...new Uint8Array(await answer.arrayBuffer())],
        ] as const;
      });
      expect([status, type]).toEqual([200, 'image/png']);
      if (elements) await page.waitForFunction("customElements.get('potto-viewer') !== undefined");
      return await sharp(Uint8Array.from(bytes)).metadata();
    } finally {
      await page.context().close();
      await host.close();
    }
  }

  test('an empty Vite project: installed, built, opened', async () => {
    const project = join(folder, 'vite');
    await mkdir(join(project, 'public'), { recursive: true });
    await run(process.execPath, [join(modules, 'potto/dist/cli.js'), 'init', join(project, 'public')]);
    await rm(join(project, 'public/sw.js'));
    const files = {
      'vite.config.js': VITE_CONFIG,
      'index.html': PAGE('/main.ts'),
      'main.ts': `import 'potto/viewer';\n${MAIN}`,
      'sw.ts': WORKER,
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(project, name), content);
    await run(process.execPath, [VITE, 'build'], { cwd: project });
    expect(await imageOf(join(project, 'dist'), { elements: true })).toMatchObject({
      width: 100,
      height: 150,
      format: 'png',
    });
  });

  test('a plain folder: potto init, and a page', async () => {
    const site = join(folder, 'plain');
    await run(process.execPath, [join(modules, 'potto/dist/cli.js'), 'init', site]);
    await writeFile(
      join(site, 'sw.js'),
      "importScripts('potto-sw.js');\npotto.serve({ sources: './scans/{id}.tif' });\n",
    );
    await writeFile(join(site, 'potto.js'), await readFile(join(modules, 'potto/dist/index.js')));
    await writeFile(join(site, 'main.js'), MAIN.replace("'potto'", "'./potto.js'"));
    await writeFile(join(site, 'index.html'), PAGE('./main.js'));
    expect(await imageOf(site)).toMatchObject({ width: 100, height: 150, format: 'png' });
  });
});

const PAGE = (script: string) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Waiting</title><link rel="icon" href="data:,"></head>
  <body><script type="module" src="${script}"></script></body>
</html>
`;

const MAIN = `import { register } from 'potto';
register('sw.js').then(() => { document.title = 'Ready'; }, (error) => { document.title = error.message; });
`;

const WORKER = `import { serve } from 'potto/sw';
serve({ sources: './scans/{id}.tif' });
`;

/** As the README has it. */
const VITE_CONFIG = `export default {
  build: {
    rolldownOptions: {
      input: ['index.html', 'sw.ts'],
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
};
`;

/** The way in of each entry, as the README has them. */
const USE = `import { register, type Status } from 'potto';
import { createEdgeHandler } from 'potto/edge';
import { createImageServer, type ImageServer, type ImageServerOptions } from 'potto/server';
import { type ServeOptions, serve } from 'potto/sw';

const options: ServeOptions = { sources: 'https://images.example/{id}.tif' };
serve(options);
export const registration: Promise<ServiceWorkerRegistration> = register('sw.js', { threads: 2 });
export const told = (status: Status): object => status;
const wasm = (name: string) => WebAssembly.compileStreaming(fetch(\`/\${name}.wasm\`));
const sources: ImageServerOptions['sources'] = { scans: 'https://images.example/{id}.tif' };
export const images: ImageServer = createImageServer({ sources, wasm });
export default createEdgeHandler<{ readonly BUCKET: string }>(({ BUCKET }) => ({ sources: BUCKET, status: true }));
`;

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
}
