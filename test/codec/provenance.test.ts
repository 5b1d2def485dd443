import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WASM_FILES } from '../../src/codec/wasm-files.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('each WASM file is in the list of where they come from, with the version that is installed', () => {
  const list = read('src/codec/PROVENANCE.md');
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(read('package.json'));
  for (const [name, from] of Object.entries(WASM_FILES)) {
    const row = list.split('\n').find((line) => line.startsWith(`| \`${name}.wasm\``));
    expect(row, name).toBeDefined();
    const [found] = Object.entries(devDependencies).filter(([dependency]) => `${from}/`.startsWith(`${dependency}/`));
    if (found) expect(row).toContain(`\`${found[0]}\` ${found[1]}`);
    else expect(row).toMatch(/`src\//);
  }
});
