/** Bytes. Nobody plans by less. */
const PRECISION = 64 * 1024;
/** Its length is tried, and nothing is ever written into it. */
const NAME = 'potto-room';

/**
 * How many of so many bytes the storage takes, within 64 KB. Estimates tell of a quota that may be less by now, or of a
 * disk that is full: here a file is made that long, without content, which the browser refuses where there is no room
 * (some 4 ms in Chromium). All of them where a browser knows no such files.
 */
export async function bytesThatFit(bytes: number): Promise<number> {
  const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
  if (!root || bytes === 0 || (await isTaken(root, bytes))) return bytes;
  let [fitting, tooMany] = [0, bytes];
  while (tooMany - fitting > PRECISION) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (await isTaken(root, middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** False for want of room alone: whatever else goes wrong tells nothing about it. */
async function isTaken(root: FileSystemDirectoryHandle, bytes: number): Promise<boolean> {
  try {
    const handle = await root.getFileHandle(NAME, { create: true });
    const file = await handle.createWritable();
    try {
      await file.truncate(bytes);
    } finally {
      await file.abort().catch(() => undefined);
      await root.removeEntry(NAME).catch(() => undefined);
    }
    return true;
  } catch (cause) {
    return !(cause instanceof DOMException && cause.name === 'QuotaExceededError');
  }
}
