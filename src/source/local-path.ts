/** The folder that a name such as `FOLDER/SUB/NAME` begins with, and the way from there; undefined for a single file. */
export function folderOf(name: string): { readonly folder: string; readonly path: readonly string[] } | undefined {
  const [folder = '', ...path] = name.split('/');
  return path.length === 0 ? undefined : { folder, path };
}

/** The file at this way in a folder. Rejects where there is none, or where the browser doesn't let it be read. */
export async function fileIn(folder: FileSystemDirectoryHandle, path: readonly string[]): Promise<File> {
  let at = folder;
  for (const name of path.slice(0, -1)) at = await at.getDirectoryHandle(name);
  return (await at.getFileHandle(path.at(-1) ?? '')).getFile();
}
