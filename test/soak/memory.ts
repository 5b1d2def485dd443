import { readFile } from 'node:fs/promises';
import type { Browser } from 'puppeteer-core';

/**
 * Bytes of memory that the processes hold in which pages and workers run; undefined where the system doesn't tell.
 */
export async function watchMemory(browser: Browser): Promise<() => Promise<number | undefined>> {
  const cdp = await browser.target().createCDPSession();
  return async () => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const sizes = await Promise.all(renderers.map(({ id }) => residentBytes(id)));
    const known = sizes.filter((size) => size !== undefined);
    return known.length > 0 ? known.reduce((sum, size) => sum + size, 0) : undefined;
  };
}

/** Without what is shared with other processes: programs and libraries. */
async function residentBytes(process: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${process}/status`, 'utf8').catch(() => '');
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
