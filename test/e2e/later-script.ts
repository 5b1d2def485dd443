import { readdir } from 'node:fs/promises';
import { isLaterScript } from '../../src/host/built-files.ts';
import { DIST } from './paths.ts';

/** Name of the built script that the worker loads when it first needs it. */
export async function laterScript(): Promise<string> {
  const [name, ...others] = (await readdir(DIST)).filter(isLaterScript);
  if (name === undefined || others.length > 0) throw new Error('The build has not one such script');
  return name;
}
