/// <reference lib="webworker" />
import { type CodecInputs, type CodecResults, codecs } from './codecs.ts';
import { type RegionInputs, type RegionResults, regions } from './regions.ts';
import { type ResizeInputs, type ResizeResults, resizing } from './resizing.ts';

/** What the laboratory can do: each name with what it is given and what comes of it. */
export interface Experiments {
  readonly codecs: { readonly inputs: CodecInputs; readonly results: CodecResults };
  readonly regions: { readonly inputs: RegionInputs; readonly results: RegionResults };
  readonly resizing: { readonly inputs: ResizeInputs; readonly results: ResizeResults };
}

declare const self: DedicatedWorkerGlobalScope;

const EXPERIMENTS = { codecs, regions, resizing };

self.onmessage = async ({ data: { name, inputs } }) => {
  const experiment = EXPERIMENTS[name as keyof typeof EXPERIMENTS];
  try {
    self.postMessage({ results: await experiment(inputs) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? `${error.message} ${error.stack}` : String(error) });
  }
};
