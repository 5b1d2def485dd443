import type { Outcome, PublishReport } from '../publish/publish.ts';
import { bytesInWords, counted } from './words.ts';

interface Circumstances {
  readonly site: string;
  readonly base?: string | undefined;
  readonly dryRun: boolean;
  readonly seconds: number;
}

const TREATMENTS = [
  ['made', 'made into pyramids'],
  ['rearranged', 'rearranged, so that they open in one request'],
  ['kept', 'left as they are'],
  ['unchanged', 'unchanged since last time'],
] as const;
/** Names of a kind that are listed; of refused files all are. */
const MOST_NAMES = 20;

/** What was done, in lines for a person. */
export function publishReport(report: PublishReport, { site, base, dryRun, seconds }: Circumstances): string {
  const { works, outcomes, others, removed, strayRows } = report;
  const lines: string[] = [];
  const published = outcomes.filter((outcome) => outcome.kind !== 'refused');
  const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
  lines.push(
    dryRun
      ? `${counted(works, 'work')} with ${counted(outcomes.length, 'image')} would be published in ${site}.`
      : `${counted(works, 'work')} with ${counted(published.length, 'image')} in ${site}, in ${seconds.toFixed(1)} s.`,
  );
  for (const [kind, words] of TREATMENTS) {
    const those = published.filter((outcome) => outcome.kind === kind);
    if (those.length === 0) continue;
    const before = bytesInWords(sum(those.map(({ scan }) => scan.size)));
    const after = dryRun && kind === 'made' ? '' : ` → ${bytesInWords(sum(those.map(({ bytes }) => bytes)))}`;
    lines.push(`  ${String(those.length).padStart(6)} ${words}: ${before}${after}`);
    if (kind === 'kept') lines.push(...remarks(those));
  }
  lines.push(...list(removed, 'removed, as their scans are gone', dryRun));
  lines.push(...list(others, 'passed over, as they are no images', dryRun));
  lines.push(...list(strayRows, 'in the table of metadata, but not among the scans', dryRun));
  if (refused.length > 0) {
    lines.push('', `${counted(refused.length, 'file')} could not be read:`);
    for (const { scan, why, stays } of refused)
      lines.push(`  ${scan.name}: ${why}${stays ? ' What was published of it before stays.' : ''}`);
  }
  if (!dryRun) {
    lines.push('', `Look at it: npx potto serve ${quoted(site)}`);
    lines.push(`Then copy ${site} to any static host, as it is. It works under any path, over https.`);
    if (base === undefined)
      lines.push('Other sites’ viewers need the address in the manifests: --base https://… writes it into them.');
  }
  return lines.join('\n');
}

/** What was kept although it is dear to look at. */
function remarks(kept: readonly Outcome[]): readonly string[] {
  return kept.flatMap((outcome) =>
    outcome.kind === 'kept' && outcome.why.includes('first view')
      ? [`         ${outcome.scan.name}: ${outcome.why}`]
      : [],
  );
}

function list(names: readonly string[], words: string, conditional: boolean): readonly string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return [
    `  ${String(names.length).padStart(6)} ${conditional ? words.replace('removed', 'to be removed') : words}: ${shown}${more}`,
  ];
}

/** As a shell takes it. */
const quoted = (path: string) => (/^[\w./~+@-]+$/.test(path) ? path : `"${path}"`);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
