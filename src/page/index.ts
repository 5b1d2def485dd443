export type {
  BasicCredentials,
  BearerCredentials,
  Credentials,
  CredentialsProvider,
  CredentialsRequest,
  S3Credentials,
} from '../access/credentials.ts';
export type { Health, SourceHealth } from '../monitoring/health.ts';
export type { Figures, SourceFigures, Status } from '../monitoring/status.ts';
export type { PackStatus, WorkStatus } from '../packs/desk.ts';
export type { PackDownload } from '../packs/download.ts';
export type { TransferOptions, TransferProgress } from '../packs/export.ts';
export type { PackProgress } from '../packs/progress.ts';
export type { PackContent, PackDocument } from '../packs/records.ts';
export type { VerifyProgress } from '../packs/verify.ts';
export type { CacheStats, Stats } from '../protocol.ts';
export { onSignInNeeded, type SignIn, type SignInNeeded, type SignOut, signIn, signOut } from './access.ts';
export { cacheStats, purge } from './cache.ts';
export { cancel } from './cancel.ts';
export { type InPageInit, type InPageOptions, type InPageServer, serveInPage } from './fallback.ts';
export { forgetLocal, type LocalFolder, type LocalImage, openLocal, openLocalFolder } from './local.ts';
export { type DroppedImages, openDropped } from './local-dropped.ts';
export type { LocalFolderLike } from './local-folder.ts';
export { type KeptLocal, keptLocals, reopenLocal } from './local-kept.ts';
export { exportPack, importPack } from './pack-files.ts';
export { type Measured, type MeasuredImage, type MeasureOptions, measure } from './pack-measure.ts';
export { type PackStorage, packStorage } from './pack-storage.ts';
export type { PinTarget } from './pack-target.ts';
export { type PinOptions, packs, pin, resumePacks, unpin, type Verified, type VerifyOptions, verify } from './packs.ts';
export { DEFAULT_TIMEOUT, type RegisterOptions, register } from './register.ts';
export { stats } from './stats.ts';
export { health, status } from './status.ts';
