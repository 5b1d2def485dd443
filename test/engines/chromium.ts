import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { type Engine, WINDOW } from './engine.ts';

export async function openChromium(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'potto-engines-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS],
    viewport: WINDOW,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    version: `Chromium ${context.browser()?.version()}`,
    async goto(url) {
      await page.goto(url);
    },
    evaluate: (expression) => page.evaluate(expression),
    screenshot: () => page.screenshot(),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
