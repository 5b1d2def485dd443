import { VIPS_TILING } from '../image/mend.ts';
import type { Examination, Remedy } from './findings.ts';

type Server = 's3' | 'nginx' | 'lighttpd' | 'apache' | 'unknown';

const CORS_HEADERS = 'Content-Range, Content-Length, ETag, Accept-Ranges';

/** What to do, exactly, for everything that was found wrong: blocks of text, each to be copied. */
export function remediesFor({ findings, server, origin, url }: Examination): readonly string[] {
  const wanted = new Set(
    findings.flatMap(({ grade, remedy }) => (grade === 'good' || remedy === undefined ? [] : [remedy])),
  );
  const kind = serverOf(server, url);
  return [...wanted].map((remedy) => TEXTS[remedy](kind, origin, url));
}

function serverOf(server: string | undefined, url: string): Server {
  const words = `${server ?? ''} ${new URL(url).hostname}`.toLowerCase();
  if (/\bs3\b|amazons3|cloudfront/.test(words)) return 's3';
  if (/nginx|openresty/.test(words)) return 'nginx';
  if (/lighttpd/.test(words)) return 'lighttpd';
  return /apache/.test(words) ? 'apache' : 'unknown';
}

const TEXTS: Readonly<Record<Remedy, (server: Server, origin: string, url: string) => string>> = {
  cors: corsText,
  vary: (server) =>
    server === 's3'
      ? 'Let the CDN forward the header Origin to the bucket. CloudFront: origin request policy "Managed-CORS-S3Origin" and response headers policy of your own, or put Origin into the cache key.'
      : 'Send "Vary: Origin" with every answer, or allow all origins with "*".',
  range: () =>
    'Serve the images from a server that answers ranges: S3, nginx, Apache and lighttpd do. Behind a proxy or a CDN, switch off what buffers, compresses or rewrites the images.',
  encoding: (server) =>
    server === 's3'
      ? 'Store the object without Content-Encoding: aws s3 cp s3://BUCKET/KEY s3://BUCKET/KEY --metadata-directive REPLACE --content-type image/tiff (a file that was gzipped has to be uploaded anew)'
      : 'Switch off compression for images (nginx: gzip off; in their location; Apache: SetEnv no-gzip 1).',
  etag: (server) => ETAG_TEXTS[server],
  public: (_server, _origin, url) =>
    `Check the address. Let anyone read the images of the bucket with this policy (aws s3api put-bucket-policy --bucket ${bucketOf(url)} --policy file://policy.json):\n${publicPolicy(bucketOf(url))}`,
  pyramid: () =>
    `Make a tiled pyramid of the image, with its index at the front:\n  npx potto publish SCANS SITE\nor a pyramid alone:\n  vips tiffsave in.tif out.tif ${VIPS_TILING.jpeg}`,
  // libvips scatters it.
  index: () =>
    'Have the index of the image put at its front, which leaves the tiles as they are:\n  npx potto publish SCANS SITE\nor write the file anew:\n  gdal_translate -of COG -co COMPRESS=JPEG -co QUALITY=85 in.tif out.tif',
};

const ETAG_TEXTS: Readonly<Record<Server, string>> = {
  s3: 'S3 sends a strong ETag with each object: a CDN or proxy before it must hand it on as it is.',
  nginx:
    'nginx sends strong ETags of files as they are: "etag on;", and "gzip off;" for images, which makes them weak.',
  // It sends none with files of a type that it doesn't know.
  lighttpd: `lighttpd sends ETags with files whose type it knows:
  mimetype.assign += ( ".tif" => "image/tiff", ".jp2" => "image/jp2", ".jpg" => "image/jpeg" )`,
  apache: 'Apache: FileETag MTime Size, and no compression of images, which makes their ETags weak.',
  unknown: 'Let the server send a strong ETag with each image, or take one that does: nginx, Apache, lighttpd and S3.',
};

function corsText(server: Server, origin: string, url: string): string {
  const s3 = `Give the bucket these CORS rules (aws s3api put-bucket-cors --bucket ${bucketOf(url)} --cors-configuration file://cors.json):\n${s3Rules(origin)}`;
  const nginx = `nginx, in the location of the images:
  add_header Access-Control-Allow-Origin "*" always;
  add_header Access-Control-Expose-Headers "${CORS_HEADERS}" always;`;
  const lighttpd = `lighttpd, with "mod_setenv" among server.modules:
  setenv.add-response-header = (
    "Access-Control-Allow-Origin" => "*",
    "Access-Control-Expose-Headers" => "${CORS_HEADERS}"
  )`;
  const apache = `Apache, with mod_headers:
  Header always set Access-Control-Allow-Origin "*"
  Header always set Access-Control-Expose-Headers "${CORS_HEADERS}"`;
  const texts = { s3, nginx, lighttpd, apache, unknown: `${s3}\n${nginx}` };
  return texts[server];
}

/** As `put-bucket-cors` takes them. `ExposeHeaders` knows no `*` on S3. */
function s3Rules(origin: string): string {
  const rule = {
    AllowedOrigins: [origin],
    AllowedMethods: ['GET', 'HEAD'],
    AllowedHeaders: ['Range', 'Authorization'],
    ExposeHeaders: CORS_HEADERS.split(', '),
    MaxAgeSeconds: 86_400,
  };
  return inLines({ CORSRules: [rule] });
}

function publicPolicy(bucket: string): string {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` };
  return inLines({ Version: '2012-10-17', Statement: [statement] });
}

/** The bucket of an address of S3, in either style. */
function bucketOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const [, bucket] = /^(.+?)\.s3[.-]/.exec(hostname) ?? /^\/([^/]+)\/./.exec(pathname) ?? [];
  return bucket ?? 'BUCKET';
}

/** JSON with each list of words in one line. */
function inLines(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replace(/\[\s*("[^[\]{}]*")\s*\]/g, (_, words: string) => `[${words.replace(/\s*\n\s*/g, ' ')}]`);
}
