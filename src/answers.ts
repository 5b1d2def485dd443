import { attempt } from './cache/attempt.ts';
import { QUIET } from './cache/deferred-writes.ts';
import { ImageServerError } from './errors.ts';
import { canonicalPath } from './iiif/canonical.ts';
import { entityTag, matchesEntityTag } from './iiif/entity-tag.ts';
import { imageFileName } from './iiif/file-name.ts';
import { resolveGeometry } from './iiif/geometry.ts';
import { imageHeaders, imageResponse, infoResponse, notModified, pixelsResponse, STATE_HEADER } from './iiif/http.ts';
import { type ImageDescription, imageInfo } from './iiif/info.ts';
import { infoContentType } from './iiif/negotiate.ts';
import { mayBePixels } from './iiif/pixels.ts';
import type { Format, Geometry, ImageRequest, Limits } from './iiif/request.ts';
import type { Target } from './iiif/target.ts';
import type { TiledImage } from './image/image.ts';
import { freshnessOf, limitsOf, type Question, stateOf, UNCONFIRMED } from './question.ts';
import { deriveForScreen } from './render/derive.ts';
import { swapsSides } from './render/orientation.ts';
import { renderingTag } from './render/rendering-tag.ts';
import { makeOrSubstitute } from './substitute.ts';
import { Timing } from './timing.ts';

/** Changes whenever the same request to the same source may give other bytes: it is part of every validator. */
const RENDERER_VERSION = '3';

/** The image information document, with a validator of its own. */
export async function answerInfo(question: Question): Promise<Response> {
  const { request, target, version, open, settings, timing, ruling } = question;
  const extras = await settings.info(target.identifier);
  const id = new URL(target.basePath, request.url).href;
  const { limits, scale } = limitsOf(question);
  const description = describe(open.image);
  const levels =
    ruling.kind === 'limited'
      ? question.parts.rules().levelsWithin(description.levels, description, scale)
      : description.levels;
  const document = imageInfo(version, id, { ...description, levels }, { limits, extras });
  const contentType = infoContentType(version, request.headers.get('Accept'));
  const etag = await entityTag([open.version, contentType, JSON.stringify(document)]);
  if (ruling.kind === 'denied') {
    return infoResponse({
      document,
      contentType,
      version,
      status: ruling.denied.status,
      cacheControl: 'no-store',
      timing,
    });
  }
  const freshness = freshnessOf(etag, settings, timing);
  if (matchesEntityTag(request.headers.get('If-None-Match'), etag)) {
    return notModified({ ...freshness, vary: 'Accept' });
  }
  return infoResponse({ document, contentType, version, ...freshness });
}

/** The image: not modified, kept from before, a stored tile as it is, or rendered. */
export async function answerImage(asked: ImageRequest, question: Question): Promise<Response> {
  const { request, target, version, open, settings, parts, renderer, derivatives, timing } = question;
  const { waitUntil, signal, priority, isNear } = question;
  const { geometry, limits } = allowedGeometry(asked, question);
  const path = canonicalPath(version, asked, geometry, describe(open.image), limits);
  const canonical = new URL(`${target.basePath}/${path}`, request.url).href;
  // What `max` and an omitted side come to depends on the limits.
  const size = `${geometry.size.width}x${geometry.size.height}`;
  const { identifier, page } = target;
  const rendering = await settings.rendering({ identifier, page, asked });
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
  const { rotation, quality, format } = asked;
  const tag = `${RENDERER_VERSION} ${await renderingTag(rendering)}`;
  const { privateSource } = open;
  const of = { identifier, page, version: open.version, privateSource };
  const shown = { ...of, rendering: tag, ...geometry, plain: isPlain(asked) };
  const kept = await attempt(() => settings.cache?.match(key, shown));
  if (kept) return again(kept, cacheControl, timing);

  // Hashing takes place on another thread, meanwhile.
  const hashed = entityTag(identity);
  const resolved = { ...geometry, rotation, quality, format };
  const answer = { format, version, canonical, fileName: imageFileName(fileOf(target), path), negotiated };
  const pixels = isNear && mayBePixels(request.headers.get('Accept'), asked, geometry.size);
  const make = async () => {
    let isMine = false;
    // What is read ahead is kept apart from what someone waits for, which comes first.
    const { result: made } = await derivatives.join(
      `${priority} ${pixels} ${key}`,
      { signal, priority },
      async (work) => {
        isMine = true;
        const options = { ...work, timing, rendering, pool: settings.pool, title: identifier, pixels };
        return { ...(await deriveForScreen(open.image, resolved, renderer, options)), isKept: false };
      },
    );
    if (!isMine) timing.mark('shared');
    if (timing.read.requests > 0) open.breaker.delivered();
    const { encode } = made;
    const whole = { ...answer, bytes: made.bytes, etag: await hashed, cacheControl };
    if (settings.cache && !made.isKept && !open.forgotten) {
      const keep = async () => {
        // Pixels are encoded when nobody waits for them any more.
        if (encode) await new Promise((resolve) => setTimeout(resolve, QUIET));
        const bytes = encode ? await encode() : whole.bytes;
        const headers = imageHeaders({ ...whole, bytes, timing: HIT });
        await settings.cache?.put(key, { bytes, headers, shown });
      };
      // The answer doesn't wait for the cache.
      waitUntil(attempt(keep));
      made.isKept = true;
    }
    return encode ? pixelsResponse(geometry.size, { ...whole, timing }) : imageResponse({ ...whole, timing });
  };
  const { cache, degrade } = settings;
  if (!cache?.alike || !degrade || priority === 'low') return make();

  const means = { cache, opener: parts.opener, renderer, rendering, timing, title: identifier };
  const substitute = () => parts.degraded(resolved, shown, means);
  const { breaker, isReading, isHere } = open;
  const onBusy = () => timing.mark('late');
  const result = await makeOrSubstitute({ make, substitute, breaker, isReading, isHere, waitUntil, onBusy });
  if (result.kind === 'made') return result.made;
  timing.mark('degraded');
  return imageResponse({ ...answer, bytes: result.substitute, cacheControl: 'no-store', state: 'degraded', timing });
}

/**
 * What is asked for, in pixels, and the limits under which it is so.
 * @throws {ImageServerError} 401 or 403 where it is finer than who asks may see, else as `resolveGeometry` does.
 */
function allowedGeometry(
  asked: ImageRequest,
  question: Question,
): { readonly geometry: Geometry; readonly limits: Limits } {
  const { version, open, settings, parts, ruling } = question;
  if (ruling.kind !== 'limited') {
    const { limits } = settings;
    return { geometry: resolveGeometry(asked, version, open.image, limits), limits };
  }
  const { limits: all, scale } = limitsOf(question);
  const { region } = resolveGeometry({ ...asked, size: { kind: 'max', upscale: false } }, version, open.image, {});
  const limits = parts.rules().regionLimits(region, scale, all);
  try {
    return { geometry: resolveGeometry(asked, version, open.image, limits), limits };
  } catch (cause) {
    // What nobody may ask for is wrong for its own reason.
    resolveGeometry(asked, version, open.image, settings.limits);
    throw new ImageServerError(ruling.denied.status, ruling.denied.message, { cause });
  }
}

/** A picture as it is, from which others can be made. */
function isPlain({ rotation, quality, format }: ImageRequest): boolean {
  const upright = !rotation.mirror && rotation.degrees % 360 === 0;
  return upright && (quality === 'default' || quality === 'color') && format !== 'pdf';
}

/** The identifier, and which page, as a file can be named. */
function fileOf({ identifier, page }: Target): string {
  return page === 1 ? identifier : `${identifier}-page-${page}`;
}

/** What an answer from the cache costs, as a rule. */
const HIT = new Timing();
HIT.mark('hit');

/** An answer from the cache, with what it cost this time. */
function again(kept: Response, cacheControl: string, timing: Timing): Response {
  timing.mark('hit');
  const state = stateOf(timing);
  const now: Record<string, string> = {
    'Cache-Control': state ? UNCONFIRMED : cacheControl,
    'Server-Timing': timing.header(),
    ...(state && { [STATE_HEADER]: state }),
  };
  // As a rule it was kept with these, and goes as it is: put into another response it takes 0.2 of its time more.
  if (Object.entries(now).every(([name, value]) => kept.headers.get(name) === value)) return kept;
  const headers = new Headers(kept.headers);
  for (const [name, value] of Object.entries(now)) headers.set(name, value);
  return new Response(kept.body, { headers });
}

const PREFERRED_FORMAT: Readonly<Record<TiledImage['tileFormat'], Format | undefined>> = {
  jpeg: 'jpg',
  webp: 'webp',
  png: undefined,
  avif: undefined,
  gif: undefined,
  jpeg2000: undefined,
  samples: undefined,
  picture: undefined,
};

/**
 * Of images whose stored tiles are strips, or the whole picture: what is decoded is cut into what viewers like, and
 * encoded as what is encoded fastest.
 */
const TILE_OF_DECODED = { tileWidth: 512, tileHeight: 512 };

/** The image as `info.json` tells it: levels as displayed. */
function describe({ levels: stored, ...image }: TiledImage): ImageDescription {
  const { width, height, orientation, tileFormat, colour, keepDecoded } = image;
  const swapped = swapsSides(orientation);
  const levels = keepDecoded ? stored.map((level) => ({ ...level, ...TILE_OF_DECODED })) : stored;
  return {
    width,
    height,
    levels: swapped ? levels.map(turnLevel) : levels,
    preferredFormat: keepDecoded ? undefined : PREFERRED_FORMAT[tileFormat],
    defaultQuality: colour.space === 'grey' ? 'gray' : 'color',
  };
}

function turnLevel({ width, height, tileWidth, tileHeight, scale }: TiledImage['levels'][number]) {
  return { width: height, height: width, tileWidth: tileHeight, tileHeight: tileWidth, scale };
}
