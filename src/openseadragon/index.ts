export type { TileFault } from './fetch-tile.ts';
export { readInfo } from './read-info.ts';
export type { TileFetch } from './tile-fetch.ts';
export type { TileTrouble } from './trouble.ts';
export { type PottoTiles, type PottoTilesOptions, usePotto } from './use-potto.ts';
