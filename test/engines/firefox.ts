import puppeteer from 'puppeteer-core';
import { installPackages } from '../browser/install.ts';
import { firstProgram } from '../browser/programs.ts';
import { type Engine, WINDOW } from './engine.ts';

const PROGRAMS = ['firefox', 'firefox-esr'];

/** Path of a Firefox: `FIREFOX_PATH`, an installed one, or Debian's, installed by root; undefined where there is none. */
export function findFirefox(): string | undefined {
  const named = process.env.FIREFOX_PATH;
  if (named) return named;
  return firstProgram(PROGRAMS) ?? (installPackages('firefox-esr') ? firstProgram(PROGRAMS) : undefined);
}

export async function openFirefox(executablePath: string): Promise<Engine> {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  const [page = await browser.newPage()] = await browser.pages();
  await page.setViewport(WINDOW);
  return {
    version: (await browser.version()).replace('firefox/', 'Firefox '),
    async goto(url) {
      await page.goto(url);
    },
    evaluate: (expression) => page.evaluate(expression),
    screenshot: () => page.screenshot(),
    close: () => browser.close(),
  };
}
