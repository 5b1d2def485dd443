import { canUpscale } from './fit.ts';
import { describeSizes, describeTiles, type LevelDescription } from './pyramid.ts';
import { FORMATS, type Format, type Limits, type Size, type Version } from './request.ts';

/** What `info.json` says of an image; `TiledImage` has all of it, once its levels are turned as displayed. */
export interface ImageDescription extends Size {
  /** Full resolution first. */
  readonly levels: readonly LevelDescription[];
  /** The format that costs least, from the stored tiles; published for 3.0. */
  readonly preferredFormat?: Format | undefined;
  /** `gray` for an image without colour. `color` if not given. */
  readonly defaultQuality?: 'color' | 'gray' | undefined;
}

/** An object of JSON, as IIIF documents hold them. */
type JsonObject = Readonly<Record<string, unknown>>;
/** 2.1: a value, or several. */
type OneOrMore<T> = T | readonly T[];

/** What the publisher of an image adds to its `info.json`, passed through as it is. */
export interface InfoExtras {
  /** URI of a licence or rights statement; in 2.1 it is the `license`, where no other is given. */
  readonly rights?: string;
  readonly preferredFormats?: readonly Format[];
  readonly partOf?: readonly JsonObject[];
  readonly seeAlso?: readonly JsonObject[];
  readonly service?: readonly JsonObject[];
  /** 2.1 only. */
  readonly attribution?: OneOrMore<string | JsonObject>;
  /** 2.1 only. */
  readonly license?: OneOrMore<string>;
  /** 2.1 only. */
  readonly logo?: OneOrMore<string | JsonObject>;
  /** 3.0: URIs of further contexts, put before the API's own. That of Authorization Flow 2.0 comes with its services. */
  readonly contexts?: readonly string[];
  /** Further properties of either version. They never replace one of the specification's. */
  readonly properties?: JsonObject;
}

export interface InfoOptions {
  readonly limits?: Limits;
  readonly extras?: InfoExtras;
}

/** URI of the profile document of compliance level 2, for the Link header (section 6); `http:` by definition. */
export const PROFILE_URI = {
  2: 'http://iiif.io/api/image/2/level2.json',
  3: 'http://iiif.io/api/image/3/level2.json',
} as const;

export const CONTEXT_URI = {
  2: 'http://iiif.io/api/image/2/context.json',
  3: 'http://iiif.io/api/image/3/context.json',
} as const;

/** Services of Authorization Flow 2.0 have it at the beginning of what they are embedded in (2.0, section 3.1). */
const AUTH_CONTEXT = 'http://iiif.io/api/auth/2/context.json';

const PROTOCOL = 'http://iiif.io/api/image';

/** Implemented, and required by no compliance level of either version. */
const FEATURES = ['mirroring', 'rotationArbitrary', 'canonicalLinkHeader', 'profileLinkHeader'];
/** Formats beyond the jpg and png of level 2. */
const EXTRA_FORMATS = FORMATS.filter((format) => format !== 'jpg' && format !== 'png');

/**
 * The image information document (section 5). `id` is the base URI as it was asked for, identifier still encoded.
 * Only what is implemented is listed, and only what the profile, level 2, doesn't imply.
 */
export function imageInfo(
  version: Version,
  id: string,
  image: ImageDescription,
  options: InfoOptions = {},
): JsonObject {
  const { limits = {}, extras = {} } = options;
  const info = version === 3 ? info3(id, image, limits, extras) : info2(id, image, limits, extras);
  return withoutUndefined({ ...info, ...unknownTo(info, extras.properties) });
}

function info3(id: string, image: ImageDescription, limits: Limits, extras: InfoExtras): JsonObject {
  const contexts = contextsOf(extras);
  const preferred = image.preferredFormat === undefined ? undefined : [image.preferredFormat];
  return {
    '@context': contexts.length === 0 ? CONTEXT_URI[3] : [...contexts, CONTEXT_URI[3]],
    id,
    type: 'ImageService3',
    protocol: PROTOCOL,
    profile: 'level2',
    width: image.width,
    height: image.height,
    ...publishedLimits(image, limits),
    ...pyramid(image, limits),
    rights: extras.rights,
    preferredFormats: extras.preferredFormats ?? preferred,
    extraFormats: EXTRA_FORMATS,
    extraQualities: image.defaultQuality === 'gray' ? ['gray', 'bitonal'] : ['color', 'gray', 'bitonal'],
    extraFeatures: canUpscale(limits) ? [...FEATURES, 'sizeUpscaling'] : FEATURES,
    partOf: extras.partOf,
    seeAlso: extras.seeAlso,
    service: extras.service,
  };
}

function info2(id: string, image: ImageDescription, limits: Limits, extras: InfoExtras): JsonObject {
  const features = [...FEATURES, 'regionSquare'];
  return {
    '@context': CONTEXT_URI[2],
    '@id': id,
    protocol: PROTOCOL,
    width: image.width,
    height: image.height,
    ...pyramid(image, limits),
    // No `qualities`: level 2 has them all, and a list without additions should be left out (section 5.3).
    profile: [
      PROFILE_URI[2],
      {
        formats: EXTRA_FORMATS,
        ...publishedLimits(image, limits),
        supports: canUpscale(limits) ? [...features, 'sizeAboveFull'] : features,
      },
    ],
    attribution: extras.attribution,
    license: extras.license ?? extras.rights,
    logo: extras.logo,
    service: extras.service,
  };
}

function contextsOf({ contexts = [], service = [] }: InfoExtras): readonly string[] {
  const needsAuth = service.some(({ type }) => typeof type === 'string' && /^Auth\w+Service2$/.test(type));
  return needsAuth && !contexts.includes(AUTH_CONTEXT) ? [AUTH_CONTEXT, ...contexts] : contexts;
}

function pyramid(image: ImageDescription, limits: Limits): JsonObject {
  const sizes = describeSizes(image, image.levels, limits);
  const tiles = describeTiles(image, image.levels, limits);
  return { sizes: sizes.length > 0 ? sizes : undefined, tiles: tiles.length > 0 ? tiles : undefined };
}

/**
 * `maxWidth` must be there where `maxHeight` is (section 5.2 of 3.0, 5.3 of 2.1). Where it isn't configured the image's
 * own width is the truth: without `maxWidth` or `maxArea` nothing is scaled up.
 */
function publishedLimits(image: Size, { maxWidth, maxHeight, maxArea }: Limits): JsonObject {
  const needsWidth = maxWidth === undefined && maxHeight !== undefined;
  return withoutUndefined({ maxWidth: needsWidth ? image.width : maxWidth, maxHeight, maxArea });
}

function unknownTo(info: JsonObject, properties: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !(name in info)));
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
