import { rm, rmdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { PublishedScan } from './state.ts';

type Published = Readonly<Record<string, PublishedScan>>;

/** Files that were published and that nothing stands for any more. `present`: names of scans that are still there. */
export function leftOver(before: Published, published: Published, present: readonly string[]): readonly string[] {
  const files = (scans: Published) => Object.values(scans).flatMap(({ images }) => images.map(({ file }) => file));
  const wanted = new Set(files(published));
  // In a dry run nothing is published, and what is there stays as long as its scan does.
  for (const name of present) {
    if (!published[name]) for (const { file } of before[name]?.images ?? []) wanted.add(file);
  }
  return [...new Set(files(before))].filter((file) => !wanted.has(file));
}

export async function removeImage(images: string, file: string): Promise<void> {
  const path = resolve(images, file);
  if (relative(images, path).startsWith('..')) return;
  await rm(path, { force: true });
  // Of a book the folder goes when it is empty, and stays when it isn't.
  if (dirname(path) !== resolve(images)) await rmdir(dirname(path)).catch(() => undefined);
}
