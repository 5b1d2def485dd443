export { readInfo } from './read-info.ts';
export type { TileFetch } from './tile-fetch.ts';
export { type PottoTiles, type PottoTilesOptions, usePotto } from './use-potto.ts';
