import { PARTS, type Parts } from '../src/parts.ts';
import { type CreateConversions, createConversions } from '../src/render/conversions.ts';
import type { RasterizeText } from '../src/render/rendering.ts';
import { localFinder } from '../src/source/local.ts';
import { type CreateWorkerAccess, createWorkerAccess } from './access.ts';
import { canvasText } from './canvas-text.ts';
import { DOCUMENT_ANSWERS, type DocumentAnswers } from './document-answers.ts';
import { type CreateLocalFiles, createLocalFiles } from './local-files.ts';
import { type CreatePageAnswers, createPageAnswers } from './page-answers.ts';

/** The parts of the server, and those of a service worker that a stored tile doesn't need either. */
export interface WorkerParts extends Parts {
  readonly createConversions: CreateConversions;
  readonly createWorkerAccess: CreateWorkerAccess;
  readonly createLocalFiles: CreateLocalFiles;
  readonly localFinder: typeof localFinder;
  readonly createPageAnswers: CreatePageAnswers;
  readonly documents: DocumentAnswers;
  readonly rasterizeText: RasterizeText;
}

export const WORKER_PARTS: WorkerParts = {
  ...PARTS,
  createConversions,
  createWorkerAccess,
  createLocalFiles,
  localFinder,
  createPageAnswers,
  documents: DOCUMENT_ANSWERS,
  rasterizeText: canvasText,
};
