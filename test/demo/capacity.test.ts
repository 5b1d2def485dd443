import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('demo/docs/capacity/index.html');
const results = read('test/bench/RESULTS.md');

/** What a row of the page says. */
const said = (name: string) => new RegExp(`<th scope="row">${name}</th><td>([^<]*)</td>`).exec(page)?.[1];

/** What the last bench measured of the zoom session, by the first column. */
function measured(name: string): number {
  const [, session = ''] = /## A zoom session in OpenSeadragon, JPEG([\s\S]*?)\n## /.exec(results) ?? [];
  return Number(new RegExp(`^\\| ${name} +\\| ([\\d.]+)`, 'm').exec(session)?.[1]);
}

test('the page reckons with what the last bench measured', () => {
  const megabytes = (name: string) => (measured(name) / 1000).toFixed(2);
  expect(said('tiles shown')).toBe(String(measured('tiles shown')));
  expect(said('requests to the bucket for each tile')).toBe(String(measured('requests to the bucket per tile shown')));
  expect(said('requests for headers')).toBe(String(measured('requests for the headers')));
  expect(said('bytes read in all')).toContain(`${megabytes('bytes read in all')} MB`);
});

test('its sums are right', () => {
  const [tiles, each, headers] = ['tiles shown', 'requests to the bucket for each tile', 'requests for headers'].map(
    (name) => Number(said(name)),
  );
  const requests = Math.round((tiles ?? 0) * (each ?? 0) + (headers ?? 0));
  expect(said('requests to the bucket in all')).toBe(String(requests));
  expect(page).toContain(`${requests},000 requests and 1.7 GB a second`);
});
