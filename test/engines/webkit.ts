import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Builder } from 'selenium-webdriver';
import { installPackages } from '../browser/install.ts';
import { firstProgram, isExecutable } from '../browser/programs.ts';
import { close, listen } from '../e2e/listen.ts';
import { type Engine, WINDOW } from './engine.ts';

/** What drives WebKitGTK, the browser it drives, and a display for it. */
interface Programs {
  readonly driver: string;
  readonly browser: string;
  readonly display: string;
}

/** Milliseconds until the driver answers; the browser hangs where it finds no display. */
const READY_WITHIN = 20_000;
/** Milliseconds of one expression. */
const SCRIPT_TIMEOUT = 60_000;

/** WebKitGTK's driver: an installed one, or Debian's, installed by root; undefined where there is none. */
export function findWebKit(): Programs | undefined {
  return installed() ?? (installPackages('webkit2gtk-driver', 'xvfb', 'xauth') ? installed() : undefined);
}

export async function openWebKit({ driver, browser, display }: Programs): Promise<Engine> {
  const port = await freePort();
  const screen = `-screen 0 ${WINDOW.width}x${WINDOW.height}x24`;
  const driving = spawn(display, ['-a', '-s', screen, driver, '--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
    // A group of its own, to be ended as a whole.
    detached: true,
  });
  try {
    const server = `http://127.0.0.1:${port}`;
    await ready(server);
    const session = await new Builder()
      .usingServer(server)
      .withCapabilities({
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      })
      .build();
    await session.manage().setTimeouts({ script: SCRIPT_TIMEOUT });
    await session.manage().window().maximize();
    return {
      version: `WebKitGTK ${(await session.getCapabilities()).get('browserVersion')}`,
      goto: (url) => session.get(url),
      async evaluate(expression) {
        const outcome = await session.executeAsyncScript<{ value: unknown } | { error: string }>(
          `const done = arguments[arguments.length - 1];
          Promise.resolve().then(() => (${expression})).then(
            (value) => done({ value }), (error) => done({ error: String(error) }));`,
        );
        if ('error' in outcome) throw new Error(outcome.error);
        return outcome.value;
      },
      screenshot: async () => Buffer.from(await session.takeScreenshot(), 'base64'),
      async close() {
        await session.quit();
        end(driving);
      },
    };
  } catch (error) {
    end(driving);
    throw error;
  }
}

function end({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid);
}

function installed(): Programs | undefined {
  const driver = firstProgram(['WebKitWebDriver']);
  const display = firstProgram(['xvfb-run']);
  const browser = browsers().find(isExecutable);
  return driver && display && browser ? { driver, display, browser } : undefined;
}

/** Debian keeps it apart from what users start, below a folder that is named after the machine's kind. */
function browsers(): readonly string[] {
  if (!existsSync('/usr/lib')) return [];
  return readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map(({ name }) => join('/usr/lib', name))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((folder) => /webkit2gtk-4\.\d$/.test(folder))
    .map((folder) => join(folder, 'MiniBrowser'));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

async function ready(server: string): Promise<void> {
  const until = performance.now() + READY_WITHIN;
  for (;;) {
    const isReady = await fetch(`${server}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() > until) throw new Error(`WebKit's driver did not answer within ${READY_WITHIN / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
