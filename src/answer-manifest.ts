import { entityTag, matchesEntityTag } from './iiif/entity-tag.ts';
import { manifestResponse, notModified } from './iiif/http.ts';
import { manifest } from './iiif/manifest.ts';
import { withoutPage } from './iiif/page-path.ts';
import { MAX_PAGES } from './image/pages.ts';
import { freshnessOf, limitsOf, type Question } from './question.ts';

/** A manifest of all pages of the file that the identifier stands for, with a validator of its own. */
export async function answerManifest(question: Question): Promise<Response> {
  const { request, target, open, settings, timing, signal } = question;
  const [extras, { sizes, complete }] = await Promise.all([
    settings.info(target.identifier),
    open.readPages(MAX_PAGES, { timing, signal }),
  ]);
  const id = new URL(withoutPage(target.basePath), request.url).href;
  const book = { id, identifier: target.identifier, pages: sizes, complete };
  const document = manifest(book, limitsOf(question).limits, extras);
  const etag = await entityTag([open.version, JSON.stringify(document)]);
  const freshness = freshnessOf(etag, settings, timing);
  if (matchesEntityTag(request.headers.get('If-None-Match'), etag)) return notModified(freshness);
  return manifestResponse({ document, ...freshness });
}
