import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { THIRD_PARTY, type ThirdParty } from './third-party.ts';

const RULE = `\n${'='.repeat(80)}\n\n`;

/** The licence of Potto and of all that is built into it, each text once. `root`: folder of the project. */
export function licencesText(root: string): string {
  const read = (path: string) =>
    readFileSync(path.startsWith('./') ? join(root, path) : join(root, 'node_modules', path), 'utf8').trimEnd();
  const byText = new Map<string, readonly ThirdParty[]>();
  for (const party of THIRD_PARTY) {
    const text = party.texts.map(read).join(RULE);
    byText.set(text, [...(byText.get(text) ?? []), party]);
  }
  const parts = [...byText].map(([text, parties]) => `${parties.map(lines).join('\n')}\n\n${text}\n`);
  return [`Potto\n\n${read('./LICENSE')}\n`, 'What it holds of other people’s work follows.\n', ...parts].join(RULE);
}

function lines({ name, within, words }: ThirdParty): string {
  return [`${name} (in ${within.join(', ')})`, ...(words === undefined ? [] : [words])].join('\n');
}

/** The packages whose modules are among these files, by name; those of the project itself aside. */
export function packagesAmong(modules: readonly string[]): readonly string[] {
  const names = modules.flatMap((path) => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll('\\', '/')) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].sort();
}

/** @throws {Error} naming the packages whose licence would be missing. */
export function assertLicensed(packages: readonly string[]): void {
  const missing = packages.filter((name) => !THIRD_PARTY.some((party) => party.package === name));
  if (missing.length > 0)
    throw new Error(`src/licences/third-party.ts lacks the licence of ${missing.join(', ')}, which is built in.`);
}
