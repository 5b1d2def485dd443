import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Milliseconds that a download may take; where there is no network, some clients would try for ever. */
const INSTALLING_TIMEOUT = 300_000;

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Installs packages of Debian, where this process is root on one. True when they could be had. */
export function installPackages(...names: readonly string[]): boolean {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (!isRoot || !run('apt-get', 'update')) return false;
  return run('apt-get', 'install', '-y', '--no-install-recommends', ...names);
}

/** Whether the command could be run and succeeded; what it says is shown. */
export function run(command: string, ...words: readonly string[]): boolean {
  const options: SpawnSyncOptions = {
    cwd: projectRoot,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
    stdio: ['ignore', 2, 2],
    timeout: INSTALLING_TIMEOUT,
  };
  return spawnSync(command, words, options).status === 0;
}
