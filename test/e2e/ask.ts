import type { Page } from 'playwright/test';
import sharp from 'sharp';

/** An answer as a page received it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Has the page fetch an address relative to itself. */
export async function ask(page: Page, url: string, question: Question = {}): Promise<Answer> {
  const [status, headers, base64] = await page.evaluate(
    async ([url, init]) => {
      const response = await fetch(url, init);
      const text = Array.from(new Uint8Array(await response.arrayBuffer()), (byte) => String.fromCharCode(byte));
      return [response.status, Object.fromEntries(response.headers), btoa(text.join(''))] as const;
    },
    [url, question] as const,
  );
  return { status, headers, bytes: Buffer.from(base64, 'base64') };
}

/** Words of an answer that is text. */
export function words({ bytes }: Answer): string {
  return bytes.toString('utf8');
}

/** RGB samples of a compressed picture. */
export async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer();
}

/** The same of a part of one page of a TIFF. */
export async function pixelsOfTiff(
  file: string | Uint8Array,
  page: number,
  [left, top, width, height]: readonly [number, number, number, number],
): Promise<Buffer> {
  return sharp(file, { page })
    .extract({ left, top, width, height })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Largest difference of two samples in the same place; throws where the sizes differ. */
export function largestDifference(a: Uint8Array | Float64Array, b: Uint8Array | Float64Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} samples are compared with ${b.length}`);
  let largest = 0;
  for (const [index, sample] of a.entries()) largest = Math.max(largest, Math.abs(sample - (b[index] ?? 0)));
  return largest;
}
