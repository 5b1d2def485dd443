import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { CORPUS, corpusCases, shortcomings } from '../formats/corpus.ts';
import { ask, words } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { openCors } from './store/buckets.ts';

test('real files of every kind show in the worker what they hold', async ({ openBrowser, openWorkerSite }) => {
  test.skip(CORPUS === undefined, 'the files are not at hand');
  test.setTimeout(240_000);
  const cases = corpusCases();
  const objects = new Map<string, Uint8Array>();
  for (const { file } of cases) objects.set(file, objects.get(file) ?? (await readFile(join(CORPUS ?? '', file))));
  const store = await startStore({
    buckets: [{ name: 'corpus', objects, policy: publicReadPolicy('corpus'), cors: [openCors] }],
  });
  const site = await openWorkerSite({ options: `{ sources: 'http://127.0.0.1:${store.port}/corpus/{id}' }` });
  const page = await visit(await openBrowser(), site.url);
  const found: string[] = [];
  for (const one of cases) {
    const answer = await ask(page, `iiif/3/${encodeURIComponent(one.file)}/${one.path}`);
    const lacks = answer.status === 200 ? await shortcomings(one, answer.bytes) : words(answer);
    if (lacks !== '') found.push(`${one.id} ${one.file}/${one.path}: ${lacks}`);
  }
  await store.close();
  expect(found).toEqual([]);
});
