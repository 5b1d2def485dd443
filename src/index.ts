export { cancel, DEFAULT_TIMEOUT, type RegisterOptions, register, type Stats, stats } from './page/index.ts';
