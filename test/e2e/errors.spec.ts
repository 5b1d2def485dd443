import type { Page } from 'playwright/test';
import { type Answer, ask, words } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { BODY_MARK, HIDING, SCANS, WITHOUT_CORS } from './store/buckets.ts';
import type { Door } from './store/door.ts';

/** Sources of every kind of trouble; an identifier that begins with none of the names is unknown. */
function sources({ url }: Door): string {
  const templates = {
    scans: `${url}/${SCANS}/{id}.tif`,
    closed: `${url}/${WITHOUT_CORS}/{id}.tif`,
    hiding: `${url}/${HIDING}/{id}.tif`,
    nowhere: `${url}/no-such-bucket/{id}.tif`,
  };
  return JSON.stringify({ sources: templates });
}

async function refusal(page: Page, url: string): Promise<Answer> {
  const answer = await ask(page, url);
  expect(answer.headers['access-control-allow-origin'], url).toBe('*');
  expect(answer.headers['content-type'], url).toMatch(/^text\/plain/);
  expect(answer.headers['cache-control'], url).toBe('no-store');
  expect(words(answer), url).not.toContain(BODY_MARK);
  expect(words(answer), url).not.toMatch(/<|127\.0\.0\.1/);
  return answer;
}

test('each trouble has its own status and its own sentence', async ({ openBrowser, openWorkerSite, door }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite({ options: sources(door) })).url);
  for (const [identifier, status, sentence] of [
    ['unknown', 404, /No image has the identifier "unknown"/],
    ['scans:missing', 404, /missing at its source, or it is not public/],
    // To a bucket that isn't there belong no CORS rules, so a browser may not read what S3 says of it.
    ['nowhere:nuthatch', 502, /name of the bucket/],
    ['closed:behaim-globe', 502, /CORS/],
    ['hiding:behaim-globe', 502, /ExposeHeaders/],
    ['scans:page', 502, /HTML page/],
    ['scans:page-as-tiff', 502, /HTML/],
    ['scans:text', 502, /./],
    ['scans:empty', 502, /empty/],
    ['scans:cut', 502, /damaged.* the object has/],
    ['scans:cut-at-once', 502, /truncated/],
    ['scans:..%2Fsecret', 400, /identifier/],
    ['scans:%zz', 400, /./],
  ] as const) {
    const info = await refusal(page, `iiif/3/${identifier}/info.json`);
    expect([identifier, info.status, words(info)]).toEqual([identifier, status, expect.stringMatching(sentence)]);
    const image = await refusal(page, `iiif/3/${identifier}/full/max/0/default.jpg`);
    expect([identifier, image.status]).toEqual([identifier, status]);
  }
  expect((await ask(page, 'iiif/3/scans:moon/info.json')).status).toBe(200);
});

test('garbage is a bad request, in words', async ({ openBrowser, openWorkerSite }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  for (const path of [
    'nuthatch/everything/max/0/default.jpg',
    'nuthatch/full/huge/0/default.jpg',
    'nuthatch/full/max/round/default.jpg',
    'nuthatch/full/max/0/best.jpg',
    'nuthatch/full/max/0/default.exe',
    'nuthatch/0,0,0,0/max/0/default.jpg',
    'nuthatch/99999,0,10,10/max/0/default.jpg',
    'nuthatch/full/max/0',
    'nuthatch/%F0/max/0/default.jpg',
  ]) {
    expect([path, (await refusal(page, `iiif/3/${path}`)).status]).toEqual([path, 400]);
  }
});

test('HEAD, OPTIONS and other methods', async ({ openBrowser, openWorkerSite }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  const tile = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';
  const [got, head] = [await ask(page, tile), await ask(page, tile, { method: 'HEAD' })];
  expect(head.status).toBe(200);
  expect(head.bytes).toHaveLength(0);
  expect(head.headers['content-length']).toBe(String(got.bytes.length));
  const options = await ask(page, tile, { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.allow).toBe('GET, HEAD, OPTIONS');
  const posted = await ask(page, tile, { method: 'POST', body: '' });
  expect(posted.status).toBe(405);
  for (const { headers } of [got, head, options, posted]) expect(headers['access-control-allow-origin']).toBe('*');
  const base = await ask(page, 'iiif/3/nuthatch');
  expect(JSON.parse(words(base)).type).toBe('ImageService3');
});
