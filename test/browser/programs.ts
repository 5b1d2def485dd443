import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of the first of these programs that is found where commands are looked up. */
export function firstProgram(names: readonly string[]): string | undefined {
  const { PATH = '' } = process.env;
  const extension = process.platform === 'win32' ? '.exe' : '';
  const paths = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name + extension)));
  return paths.find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
