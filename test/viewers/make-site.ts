import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Instructions } from './docs.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const INSTALLED = fileURLToPath(new URL('./node_modules/', import.meta.url));

const SOURCES = /sources: '[^']*'/;

const run = promisify(execFile);

/**
 * Follows the instructions in an empty folder; `sources`: what the worker is told in place of its example. Resolves to
 * the folder of the site.
 */
export async function makeSite(folder: string, instructions: Instructions, sources: string): Promise<string> {
  for (const command of instructions.commands) await follow(folder, command);
  const site = join(folder, 'public');
  if (!SOURCES.test(instructions.worker)) throw new Error('The worker of the docs names no sources');
  await writeFile(join(site, 'sw.js'), instructions.worker.replace(SOURCES, `sources: '${sources}'`));
  await writeFile(join(site, 'index.html'), instructions.page);
  return site;
}

/** Does what a shell would, with the packages that are installed already. */
async function follow(folder: string, command: string): Promise<void> {
  const words = command.split(' ');
  if (command.startsWith('npm install ')) await link(folder, words.slice(2));
  else if (command.startsWith('npx potto ')) {
    await run(process.execPath, [join(PROJECT, 'dist/cli.js'), ...words.slice(2)], { cwd: folder });
  } else if (command.startsWith('cp ')) {
    await copy(
      folder,
      words.slice(1).filter((word) => word !== '-r'),
    );
  } else throw new Error(`The docs have a command that the test doesn't know: ${command}`);
}

async function link(folder: string, packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const path = join(folder, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(name === 'potto' ? PROJECT : join(INSTALLED, name), path, 'dir');
  }
}

async function copy(folder: string, paths: readonly string[]): Promise<void> {
  const to = join(folder, paths.at(-1) ?? '');
  for (const from of paths.slice(0, -1)) {
    await cp(join(folder, from), to.endsWith('/') ? join(to, basename(from)) : to, {
      recursive: true,
      dereference: true,
    });
  }
}
