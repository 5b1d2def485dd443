/** What an address of the embedded page leads to: `#src=…&page=2&xywh=x,y,w,h&rotation=90`. */
export interface Place {
  /** An identifier, or the URL of an `info.json`, a manifest or an image. */
  readonly src: string;
  readonly page: number;
  /** `x,y,w,h` in pixels of the image, or `percent:x,y,w,h`. */
  readonly xywh: string;
  /** Degrees, clockwise. */
  readonly rotation: number;
}

/** The place that the part of an address after `#` names; what it doesn't name, or names wrongly, is left out. */
export function placeAt(hash: string): Partial<Place> {
  return checkedPlace(Object.fromEntries(new URLSearchParams(hash.replace(/^#/, ''))));
}

/** Anyone may write such an address, or post such a message. */
export function checkedPlace(given: Readonly<Record<string, unknown>>): Partial<Place> {
  const { src, xywh } = given;
  const page = Number(given.page ?? Number.NaN);
  const rotation = Number(given.rotation ?? Number.NaN);
  return {
    ...(typeof src === 'string' && src !== '' ? { src } : {}),
    ...(Number.isInteger(page) && page > 0 ? { page } : {}),
    ...(typeof xywh === 'string' && /^(?:pixel:|percent:)?[\d.]+(?:,[\d.]+){3}$/.test(xywh) ? { xywh } : {}),
    ...(Number.isFinite(rotation) ? { rotation } : {}),
  };
}

/** Commas, which are no delimiters here, stay readable. */
export function hashOf({ src, page, xywh, rotation }: Place): string {
  const parts = new URLSearchParams({
    src,
    ...(page > 1 ? { page: String(page) } : {}),
    ...(xywh === '' ? {} : { xywh }),
    ...(rotation === 0 ? {} : { rotation: String(rotation) }),
  });
  return `#${parts.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}
