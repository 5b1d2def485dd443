import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { installPackages, run } from './install.ts';
import { firstProgram, isExecutable } from './programs.ts';

/** What a Chromium is started with: in a container, as root, without a screen, and speaking to nobody by itself. */
export const BROWSER_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

const MAC_APPLICATIONS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
];

const WINDOWS_PROGRAMS = ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe'];

/**
 * Path of a Chromium: `CHROME_PATH`, else an installed one, else Playwright's own, downloaded where it isn't there yet,
 * else Debian's, installed by root.
 * @throws {Error} in words, when there is none and none can be had.
 */
export function findBrowser(): string {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`CHROME_PATH is ${named}, and there is no program at this path. Correct it, or unset it.`);
  }
  const found = installed() ?? downloaded() ?? packaged();
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium was found, and neither "npx playwright install chromium" nor "apt-get install chromium" could bring one. Install Chromium or Chrome, or set CHROME_PATH to the path of one.',
  );
}

function installed(): string | undefined {
  const { PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env;
  const standard: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => under(folder, MAC_APPLICATIONS)),
    win32: [PROGRAMFILES, process.env['PROGRAMFILES(X86)'] ?? '', LOCALAPPDATA]
      .filter((folder) => folder !== '')
      .flatMap((folder) => under(folder, WINDOWS_PROGRAMS)),
  };
  return firstProgram(COMMANDS) ?? (standard[process.platform] ?? []).find(isExecutable);
}

function under(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => join(folder, name));
}

function downloaded(): string | undefined {
  const path = chromium.executablePath();
  if (isExecutable(path)) return path;
  run('npx', 'playwright', 'install', 'chromium');
  return isExecutable(path) ? path : undefined;
}

/** Debian's package; Ubuntu's of the same name is a snap, which containers can't start. */
function packaged(): string | undefined {
  return installPackages('chromium') ? installed() : undefined;
}
