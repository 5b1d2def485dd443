// Writes package-lock.json anew: `npm run lock --prefix test/viewers`, after a version in package.json was changed. The
// lock holds the viewers alone, 80 MB. What they are made of, some 800 packages, is in their ready-made bundles already.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./', import.meta.url));
const path = `${folder}package-lock.json`;

rmSync(path, { force: true });
const command = ['install', '--package-lock-only', '--no-audit', '--no-fund'];
const { status } = spawnSync('npm', command, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
if (status !== 0) process.exit(1);

const { packages, ...lock } = JSON.parse(readFileSync(path, 'utf8'));
const viewers = Object.keys(packages[''].dependencies).map((name) => {
  const { version, integrity, license } = packages[`node_modules/${name}`];
  return [`node_modules/${name}`, { version, integrity, license }];
});
const content = { ...lock, packages: { '': packages[''], ...Object.fromEntries(viewers) } };
writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
