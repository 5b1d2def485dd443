import { attempt } from './cache/attempt.ts';
import { canonicalPath } from './iiif/canonical.ts';
import { entityTag, matchesEntityTag } from './iiif/entity-tag.ts';
import { imageFileName } from './iiif/file-name.ts';
import { resolveGeometry } from './iiif/geometry.ts';
import { imageResponse, infoResponse, notModified } from './iiif/http.ts';
import { type ImageDescription, imageInfo } from './iiif/info.ts';
import { infoContentType } from './iiif/negotiate.ts';
import type { Format, ImageRequest, Version } from './iiif/request.ts';
import type { Target } from './iiif/target.ts';
import type { TiledImage } from './image/image.ts';
import type { OpenImage } from './images.ts';
import type { Settings } from './options.ts';
import { derive } from './render/derive.ts';
import type { Engine } from './render/engine.ts';
import { swapsSides } from './render/orientation.ts';
import { renderingTag } from './render/rendering-tag.ts';
import type { Priority } from './source/source.ts';
import type { Timing } from './timing.ts';

/** Changes whenever the same request to the same source may give other bytes: it is part of every validator. */
const RENDERER_VERSION = '1';

/** A request that was understood, and the image it is for. */
export interface Question {
  readonly request: Request;
  readonly target: Target;
  readonly version: Version;
  readonly open: OpenImage;
  readonly settings: Settings;
  readonly engine: Engine;
  readonly timing: Timing;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly signal: AbortSignal;
  readonly priority: Priority;
}

/** The image information document, with a validator of its own. */
export async function answerInfo({ request, target, version, open, settings, timing }: Question): Promise<Response> {
  const extras = await settings.info(target.identifier);
  const id = new URL(target.basePath, request.url).href;
  const document = imageInfo(version, id, describe(open.image), { limits: settings.limits, extras });
  const contentType = infoContentType(version, request.headers.get('Accept'));
  const etag = await entityTag([open.version, contentType, JSON.stringify(document)]);
  const freshness = { etag, cacheControl: settings.cacheControl, timing };
  if (matchesEntityTag(request.headers.get('If-None-Match'), etag)) {
    return notModified({ ...freshness, vary: 'Accept' });
  }
  return infoResponse({ document, contentType, version, ...freshness });
}

/** The image: not modified, kept from before, a stored tile as it is, or rendered. */
export async function answerImage(asked: ImageRequest, question: Question): Promise<Response> {
  const { request, target, version, open, settings, engine, timing, waitUntil, signal, priority } = question;
  const geometry = resolveGeometry(asked, version, open.image, settings.limits);
  const path = canonicalPath(version, asked, geometry, describe(open.image), settings.limits);
  const canonical = new URL(`${target.basePath}/${path}`, request.url).href;
  // What `max` and an omitted side come to depends on the limits.
  const size = `${geometry.size.width}x${geometry.size.height}`;
  const rendering = await settings.rendering({ identifier: target.identifier, asked });
  const identity = [canonical, size, open.version, `${version}`, RENDERER_VERSION, await renderingTag(rendering)];
  const negotiated = target.version === undefined;
  const { cacheControl } = settings;

  const ifNoneMatch = request.headers.get('If-None-Match');
  if (ifNoneMatch !== null) {
    const etag = await entityTag(identity);
    if (matchesEntityTag(ifNoneMatch, etag)) {
      return notModified({ etag, cacheControl, timing, vary: negotiated ? 'Accept' : undefined });
    }
  }

  const key = `${canonical}?${identity.slice(1).map(encodeURIComponent).join('&')}`;
  const kept = await attempt(() => settings.cache?.match(key));
  if (kept) return again(kept, cacheControl, timing);

  const { rotation, quality, format } = asked;
  const reading = { timing, signal, priority };
  const bytes = await derive(open.image, { ...geometry, rotation, quality, format }, engine, {
    ...reading,
    rendering,
    pool: settings.pool,
  });
  const fileName = imageFileName(target.identifier, path);
  const etag = await entityTag(identity);
  const answer = { bytes, format, version, canonical, fileName, negotiated, etag, cacheControl };
  // The answer doesn't wait for the cache.
  if (settings.cache) waitUntil(attempt(() => settings.cache?.put(key, imageResponse(answer))));
  return imageResponse({ ...answer, timing });
}

/** An answer from the cache, with what it cost this time. */
function again(kept: Response, cacheControl: string, timing: Timing): Response {
  timing.mark('hit');
  const headers = new Headers(kept.headers);
  headers.set('Cache-Control', cacheControl);
  headers.set('Server-Timing', timing.header());
  return new Response(kept.body, { headers });
}

const PREFERRED_FORMAT: Readonly<Record<TiledImage['tileFormat'], Format | undefined>> = {
  jpeg: 'jpg',
  webp: 'webp',
  samples: undefined,
  picture: undefined,
};

/** The image as `info.json` tells it: levels as displayed. */
function describe({ width, height, orientation, levels, tileFormat, colour }: TiledImage): ImageDescription {
  const swapped = swapsSides(orientation);
  return {
    width,
    height,
    levels: swapped ? levels.map(turnLevel) : levels,
    preferredFormat: PREFERRED_FORMAT[tileFormat],
    defaultQuality: colour.space === 'grey' ? 'gray' : 'color',
  };
}

function turnLevel({ width, height, tileWidth, tileHeight, scale }: TiledImage['levels'][number]) {
  return { width: height, height: width, tileWidth: tileHeight, tileHeight: tileWidth, scale };
}
