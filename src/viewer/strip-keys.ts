/** By how many pages a key leads on in the strip; undefined for keys that do something else. */
export function stepOf(
  key: string,
  { isRightToLeft, count }: { readonly isRightToLeft: boolean; readonly count: number },
): number | undefined {
  const onwards = isRightToLeft ? -1 : 1;
  switch (key) {
    case 'ArrowRight':
      return onwards;
    case 'ArrowLeft':
      return -onwards;
    case 'Home':
      return -count;
    case 'End':
      return count;
    default:
      return undefined;
  }
}
