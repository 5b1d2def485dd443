/**
 * What a storage gives, or undefined where it fails: a full disk, cleared site data or private mode cost time, never
 * an answer.
 */
export async function attempt<T>(use: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await use();
  } catch {
    return undefined;
  }
}
