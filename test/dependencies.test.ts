import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

interface Locked {
  readonly link?: boolean;
  readonly integrity?: string;
}

test('each dependency is named by its exact version', () => {
  const { devDependencies, optionalDependencies } = read('package.json');
  const all: Readonly<Record<string, string>> = { ...devDependencies, ...optionalDependencies };
  for (const [name, version] of Object.entries(all)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});

test('whoever installs the package gets no other with it, but for sharp, which publishing takes', () => {
  const { dependencies, optionalDependencies } = read('package.json');
  expect(dependencies).toBeUndefined();
  expect(Object.keys(optionalDependencies)).toEqual(['sharp']);
});

test('whatever is installed is held by its SHA-512', () => {
  const { packages }: { readonly packages: Readonly<Record<string, Locked>> } = read('package-lock.json');
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
  expect(installed.length).toBeGreaterThan(100);
  for (const [path, { integrity }] of installed) expect(integrity, path).toMatch(/^sha512-/);
});
