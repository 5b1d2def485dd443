/** Longest file name most file systems take is 255 bytes; an identifier may be longer. */
const MAX_NAME_LENGTH = 180;

/**
 * A name to save an image under, "based on the identifier and parameters" (3.0 implementation notes, section 1):
 * `scans/page 1` at `full/max/0/default.jpg` is `scans_page 1-full-max-0-default.jpg`.
 * Characters no file system or shell likes are replaced.
 */
export function imageFileName(identifier: string, canonicalPath: string): string {
  const parameters = canonicalPath.replaceAll('/', '-');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a file name.
  const unsafe = /[\u0000-\u001f\u007f<>:"/\\|?*^!%]+/g;
  const stem = [...identifier].slice(0, MAX_NAME_LENGTH - parameters.length).join('');
  return `${stem}-${parameters}`.replace(unsafe, '_').replace(/^[._]+/, '');
}

/** `Content-Disposition: inline` with the name in ASCII for old clients and in UTF-8 (RFC 6266, RFC 8187). */
export function contentDisposition(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]+/g, '_').replace(/["\\]/g, '_');
  const utf8 = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
