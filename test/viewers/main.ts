import { recommendedCorsRules } from '../../demo/build/bucket-rules.ts';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { withinTime } from '../bench/within-time.ts';
import { makeExhibits, objects } from './exhibits.ts';
import { installViewers, versionOf } from './install.ts';
import { type Trial, tryViewer } from './try-viewer.ts';
import { VIEWERS, type Viewer } from './viewers.ts';
import type { Visit } from './visit.ts';

const BUCKET = 'scans';
/** Milliseconds for a viewer: several times what it takes on two quiet cores. */
const LIMIT = 300_000;

/**
 * Opens every viewer as the docs say, in a real browser, online and offline; `npm run test:viewers` prints a table. Words
 * choose among them: `mirador`, `mirador-two`.
 */
async function main(words: readonly string[]): Promise<void> {
  installViewers();
  const store = await startStore({
    buckets: [
      { name: BUCKET, objects: await objects(), policy: publicReadPolicy(BUCKET), cors: recommendedCorsRules() },
    ],
  });
  const rows = [['viewer', 'version', 'online: whole, deep', 'offline', 'tiles online', 'offline']];
  let failures = 0;
  for (const exhibit of await makeExhibits()) {
    const isMeant = ({ name }: Viewer) => words.every((word) => `${name}-${exhibit.name}`.includes(word));
    for (const viewer of VIEWERS.filter(isMeant)) {
      if (exhibit.viewers && !exhibit.viewers.includes(viewer.name)) continue;
      const label = viewer.label + exhibit.label;
      try {
        const trial = await withinTime(tryViewer(viewer, exhibit, store.port), LIMIT, label);
        rows.push([label, versionOf(viewer.packageName), ...cells(trial)]);
        console.log(rows.at(-1)?.join(' | '));
      } catch (error) {
        failures += 1;
        console.error(`${label}: ${error instanceof Error ? error.message : error}`);
        rows.push([label, versionOf(viewer.packageName), 'failed', '', '', '']);
      }
    }
  }
  console.log(`\n${table(rows)}\n\nScreenshots: test-results/viewers`);
  // What a viewer that took too long left open must not keep the process alive.
  process.exit(failures > 0 ? 1 : 0);
}

function cells({ online, offline }: Trial): readonly string[] {
  const seen = ({ whole, deep }: Visit) => [whole, deep].map((share) => `${Math.round(share * 100)} %`).join(', ');
  const count = ({ answers }: Visit, word: string) => answers.filter(({ timing }) => timing.includes(word)).length;
  return [
    seen(online),
    seen(offline),
    `${online.answers.length}, ${count(online, 'passthrough')} as stored`,
    `${offline.answers.length}, ${count(offline, 'hit')} kept`,
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...others] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others.map(line)].join('\n');
}

await main(process.argv.slice(3));
