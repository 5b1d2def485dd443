import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask } from './ask.ts';
import { expect, PAGE, pageOf, test, visit } from './fixtures.ts';
import { laterScript } from './later-script.ts';
import { DIST, PROJECT } from './paths.ts';
import { SCANS } from './store/buckets.ts';

const run = promisify(execFile);
const TILE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';
const RENDERED = 'iiif/3/nuthatch/full/!200,200/0/gray.png';

test('the static install of the README works', async ({ openBrowser, openSite, folder, door }) => {
  const site = join(folder, 'public');
  const { stdout } = await run(process.execPath, [join(DIST, 'cli.js'), 'init', site]);
  expect(stdout).toContain('potto-sw.js');
  expect((await readdir(site)).filter((name) => name.endsWith('.js')).sort()).toEqual([
    await laterScript(),
    'potto-sw.js',
    'potto-viewer.js',
    'sw.js',
  ]);
  expect(await readFile(join(site, 'potto-licences.txt'), 'utf8')).toContain('OpenSeadragon contributors');
  await writeFile(
    join(site, 'sw.js'),
    `importScripts('potto-sw.js');\npotto.serve({ sources: '${door.url}/${SCANS}/{id}.tif' });\n`,
  );
  await copyFile(join(DIST, 'index.js'), join(site, 'index.js'));
  await writeFile(join(site, 'index.html'), PAGE);
  const page = await visit(await openBrowser(), (await openSite({ folder: site })).url);
  for (const url of [TILE, RENDERED]) expect((await ask(page, url)).status, url).toBe(200);
});

test('an install that lacks the second script is refused in words, and done once it is there', async ({
  openBrowser,
  openSite,
  folder,
}) => {
  const site = join(folder, 'public');
  await run(process.execPath, [join(DIST, 'cli.js'), 'init', site]);
  await copyFile(join(DIST, 'index.js'), join(site, 'index.js'));
  await writeFile(join(site, 'index.html'), PAGE);
  await rename(join(site, await laterScript()), join(folder, 'later.js'));
  const page = await pageOf(await openBrowser());
  await page.goto((await openSite({ folder: site })).url);
  expect(await page.evaluate(() => window.registered)).toMatch(/could not be installed.*"potto init"/);

  await rename(join(folder, 'later.js'), join(site, await laterScript()));
  await page.reload();
  expect(await page.evaluate(() => window.registered)).toBe('');
});

test('a second init renews the worker and leaves the user’s sw.js as it is', async ({ folder }) => {
  const init = () => run(process.execPath, [join(DIST, 'cli.js'), 'init', folder]);
  await init();
  await writeFile(join(folder, 'sw.js'), 'mine');
  const { stdout } = await init();
  expect(stdout).toMatch(/Left .*sw\.js as it is/);
});

const VITE_CONFIG = `export default {
  build: {
    rolldownOptions: {
      input: ['index.html', 'sw.ts'],
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
};
`;

test('the bundled install of the README works, from the package as npm packs it', async ({
  openBrowser,
  openSite,
  folder,
  door,
}) => {
  const project = join(folder, 'project');
  const modules = join(project, 'node_modules');
  await mkdir(modules, { recursive: true });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: PROJECT });
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', join(folder, tarball), '-C', folder]);
  await rename(join(folder, 'package'), join(modules, 'potto'));

  await run(process.execPath, [join(modules, 'potto/dist/cli.js'), 'init', join(project, 'public')]);
  for (const name of ['sw.js', 'potto-sw.js', 'potto-viewer.js', await laterScript()])
    await rm(join(project, 'public', name));
  const files = {
    'package.json': '{ "type": "module" }',
    'vite.config.js': VITE_CONFIG,
    'index.html': PAGE.replace('./index.js', 'potto'),
    'sw.ts': `import { serve } from 'potto/sw';\nserve({ sources: '${door.url}/${SCANS}/{id}.tif' });\n`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(project, name), content);
  await run(process.execPath, [join(PROJECT, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: project });

  const page = await visit(await openBrowser(), (await openSite({ folder: join(project, 'dist') })).url);
  for (const url of [TILE, RENDERED]) expect((await ask(page, url)).status, url).toBe(200);
});
