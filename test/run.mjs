// Runs every suite, also after one has failed, and ends with the sum of their tests.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const UNIT = 'test-results/unit.json';
const END_TO_END = 'test-results/e2e.json';
/** What takes whole browsers, or runtimes, for minutes. */
const LONG = ['test/engines', 'test/soak', 'test/edge', 'test/package'];
const LONG_RESULTS = 'test-results/long.json';

/** Runs a command of this project's packages; true when it succeeded. */
function run(...command) {
  return spawnSync('npx', ['--no-install', ...command], { stdio: 'inherit' }).status === 0;
}

/** What ran of a suite; one that failed without a failed test, or wrote no report, counts as one failure. */
function counts({ succeeded, path, read }) {
  try {
    const { passed, failed } = read(JSON.parse(readFileSync(path, 'utf8')));
    return { passed, failed: succeeded ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

rmSync('test-results', { recursive: true, force: true });
mkdirSync('test-results');
const vitest = (path, ...words) => ({
  succeeded: run('vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${path}`, ...words),
  path,
  read: (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }),
});
const playwright = (path, ...words) => ({
  succeeded: run('playwright', 'test', ...words),
  path,
  read: ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
});
const suites = [
  vitest(UNIT, ...LONG.map((folder) => `--exclude=${folder}/**`)),
  playwright(END_TO_END, '-c', 'test/e2e/playwright.config.ts'),
  vitest(LONG_RESULTS, ...LONG),
].map(counts);
const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
