import { type Figures, type Health, health, type Status, status } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { startWorker } from '../start-worker.ts';
import { showLatency, showTraffic, showWays } from './charts.ts';
import { showAlarms, showErrors, showSources } from './lists.ts';
import { dayOf, inBytes, inMilliseconds, inPercent, inRough, inWhole } from './words.ts';

/** Milliseconds between two looks. A page that nobody sees doesn't look: asking keeps the worker awake. */
const REFRESH = 2000;
/** Milliseconds between two checks of the sources, which read a byte of each. */
const CHECK = 30_000;
const MINUTE = 60_000;

let found: Health | undefined;

start().catch(showProblem);

async function start(): Promise<void> {
  await startWorker({ threads: 0 });
  element('check', HTMLButtonElement).addEventListener('click', () => void check().then(refresh).catch(showProblem));
  await refresh();
  await check();
  await refresh();
  setInterval(() => {
    if (!document.hidden) void refresh().catch(showProblem);
  }, REFRESH);
  setInterval(() => {
    if (!document.hidden) void check().catch(showProblem);
  }, CHECK);
}

async function check(): Promise<void> {
  const button = element('check', HTMLButtonElement);
  button.disabled = true;
  try {
    found = await health();
  } finally {
    button.disabled = false;
  }
}

async function refresh(): Promise<void> {
  const told = await status();
  element('problem', HTMLElement).hidden = true;
  const image = told.routes.image;
  showFigures(told, image);
  showSources(told, found);
  showTraffic(told);
  if (image) {
    showLatency(told, image);
    showWays(image);
  }
  showErrors(told);
  showAlarms(told);
  element('status', HTMLElement).hidden = false;
}

function showFigures({ since, now, moments, routes }: Status, image: Figures | undefined): void {
  const recent = moments.filter(({ time }) => now - time < MINUTE);
  const count = recent.reduce((sum, { requests }) => sum + requests, 0);
  const errors = recent.reduce((sum, moment) => sum + moment.errors, 0);
  const all = Object.values(routes);
  const total = (pick: (figures: Figures) => number) => all.reduce((sum, figures) => sum + pick(figures), 0);
  write('since', `since ${dayOf(since)}`);
  write('per-second', inRough(count / (MINUTE / 1000)));
  write('error-rate', inPercent(errors, count));
  element('error-rate', HTMLElement).classList.toggle('failed', errors > 0);
  write('answers', inWhole(total(({ requests }) => requests)));
  write('p50', inMilliseconds(image?.p50));
  write('p95', inMilliseconds(image?.p95));
  write('read', inBytes(total(({ sourceBytes }) => sourceBytes)));
  write('answered', inBytes(total(({ answeredBytes }) => answeredBytes)));
  write('cancelled', inWhole(total(({ cancelled }) => cancelled)));
}

function write(id: string, words: string): void {
  element(id, HTMLElement).textContent = words;
}

function showProblem(reason: unknown): void {
  const problem = element('problem', HTMLElement);
  problem.textContent = reason instanceof Error ? reason.message : String(reason);
  problem.hidden = false;
}
