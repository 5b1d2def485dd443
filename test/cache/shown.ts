import type { Shown } from '../../src/cache/derivatives.ts';

/** What an answer shows, as it is told to a cache. */
export function shown(differing: Partial<Shown> = {}): Shown {
  return {
    identifier: 'photo',
    page: 1,
    version: 'v1',
    rendering: '',
    region: { x: 0, y: 0, width: 512, height: 512 },
    size: { width: 256, height: 256 },
    plain: true,
    ...differing,
  };
}
