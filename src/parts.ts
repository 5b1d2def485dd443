import { type CreateAccess, createAccess } from './access/access.ts';
import { RULES, type Rules } from './access/authorization.ts';
import { answerManifest } from './answer-manifest.ts';
import { degraded } from './degraded.ts';
import { imageFromStructure, readStructure } from './image/open.ts';
import { readPageStructure, readPages } from './image/pages.ts';
import type { ImageOpener } from './image/readers.ts';
import { type CreateMonitorDesk, createMonitorDesk } from './monitoring/desk.ts';
import { type CreatePackDesk, createPackDesk } from './packs/create-desk.ts';
import { createRenderer } from './render/create-renderer.ts';
import type { CreateRenderer } from './render/renderer.ts';

/**
 * The larger parts of the server, which a stored tile of a TIFF whose structure is known doesn't need: a host may load
 * them when they are first asked.
 */
export interface Parts {
  readonly opener: ImageOpener;
  readonly createRenderer: CreateRenderer;
  readonly createPackDesk: CreatePackDesk;
  readonly createMonitorDesk: CreateMonitorDesk;
  readonly createAccess: CreateAccess;
  /** Of a host that decides who may see what. */
  readonly rules: () => Rules;
  readonly answerManifest: typeof answerManifest;
  readonly degraded: typeof degraded;
}

export const PARTS: Parts = {
  opener: { readStructure, readPages, readPageStructure, imageFromStructure },
  createRenderer,
  createPackDesk,
  createMonitorDesk,
  createAccess,
  rules: () => RULES,
  answerManifest,
  degraded,
};
