import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/**
 * Installs the viewers as the lock has them, unless they are there. @throws {Error} in words, where they can't be had.
 */
export function installViewers(): void {
  const lock: Lock = JSON.parse(readFileSync(`${FOLDER}package-lock.json`, 'utf8'));
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  if (wanted.every(([path, { version }]) => versionAt(path) === version)) return;
  console.log('Installing the viewers, 80 MB');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  throw new Error('The viewers could not be installed: npm ci in test/viewers failed. It needs a network, once.');
}

/** Version of an installed viewer, by the name of its package. */
export function versionOf(packageName: string): string {
  return versionAt(`node_modules/${packageName}`) ?? '';
}

function versionAt(path: string): string | undefined {
  const manifest = `${FOLDER}${path}/package.json`;
  if (!existsSync(manifest)) return undefined;
  const { version }: { readonly version?: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
