import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks at the clock. */
const INTERVAL = 5;

const WATCH = `
const { parentPort } = require('node:worker_threads');
let [before, longest] = [performance.now(), 0];
const look = () => {
  const now = performance.now();
  longest = Math.max(longest, now - before - ${INTERVAL});
  before = now;
};
const timer = setInterval(look, ${INTERVAL});
parentPort.once('message', () => {
  clearInterval(timer);
  parentPort.postMessage(longest);
});
`;

/** What a busy machine adds to whatever is timed: a thread that does nothing sees how late it gets its turn. */
export function watchStalls(): { end(): Promise<number> } {
  const worker = new Worker(WATCH, { eval: true });
  return {
    /** Milliseconds of the longest wait. */
    async end() {
      const longest = new Promise<number>((resolve) => worker.once('message', resolve));
      worker.postMessage('end');
      const milliseconds = await longest;
      await worker.terminate();
      return milliseconds;
    },
  };
}
