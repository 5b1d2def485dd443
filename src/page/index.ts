export type { Stats } from '../protocol.ts';
export { cancel } from './cancel.ts';
export { DEFAULT_TIMEOUT, type RegisterOptions, register } from './register.ts';
export { stats } from './stats.ts';
