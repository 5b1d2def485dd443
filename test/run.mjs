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

/** A suite that wrote no report has failed as a whole. */
function counts(path, read) {
  try {
    return read(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

rmSync('test-results', { recursive: true, force: true });
mkdirSync('test-results');
const vitest = (output, ...words) =>
  run('vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${output}`, ...words);
const succeeded = [
  vitest(UNIT, ...LONG.map((folder) => `--exclude=${folder}/**`)),
  run('playwright', 'test', '-c', 'test/e2e/playwright.config.ts'),
  vitest(LONG_RESULTS, ...LONG),
].every(Boolean);
const ofVitest = (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests });
const suites = [
  counts(UNIT, ofVitest),
  counts(END_TO_END, ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected })),
  counts(LONG_RESULTS, ofVitest),
];
const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = succeeded && sum('failed') === 0 ? 0 : 1;
