import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type PublishOptions, type PublishReport, publish } from '../../src/publish/publish.ts';

/** Folder of the built project. */
export const BUILT = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A folder of scans, and what is published of it. */
export interface SiteRuns {
  readonly scans: string;
  readonly site: string;
  run(options?: Partial<PublishOptions>): Promise<PublishReport>;
  json(name: string): Promise<ReturnType<typeof JSON.parse>>;
  end(): Promise<void>;
}

export async function siteRuns(): Promise<SiteRuns> {
  const folder = await mkdtemp(join(tmpdir(), 'potto-publish-'));
  const [scans, site] = [join(folder, 'scans'), join(folder, 'site')];
  return {
    scans,
    site,
    run: (options = {}) =>
      publish({
        ...{ scans, site, title: 'Scans', dryRun: false, sharp, built: BUILT },
        pyramid: { compression: 'jpeg', quality: 85 },
        ...options,
      }),
    json: async (name) => JSON.parse(await readFile(join(site, name), 'utf8')),
    end: () => rm(folder, { recursive: true }),
  };
}

/** What became of each scan, by name. */
export const kindsIn = ({ outcomes }: PublishReport) =>
  Object.fromEntries(outcomes.map(({ scan, kind }) => [scan.name, kind]));
