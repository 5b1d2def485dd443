import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Batch, ChildOptions, Report, Statistics } from './protocol.ts';

export interface FuzzOptions extends ChildOptions {
  readonly mutants: number;
  /** The number of the first one. */
  readonly first?: number;
  readonly processes: number;
  /** Milliseconds after which a mutant counts as hanging. */
  readonly deadline: number;
  /** Told at once, as a run may take long. */
  readonly onFault?: (fault: Fault) => void;
  readonly onBatch?: (statistics: Statistics) => void;
}

export interface Fault {
  /** Of the mutant; −1 before the first. */
  readonly index: number;
  readonly name: string;
  readonly path: string;
  readonly fault: string;
}

export interface FuzzResult {
  readonly faults: readonly Fault[];
  readonly statistics: readonly Statistics[];
}

const BATCH = 100;
/** Starting, and making the healthy files, takes seconds. */
const START_WITHIN = 120_000;
/** Where everything fails, the first ones tell. */
const MOST_FAULTS = 200;

const start = fileURLToPath(new URL('../bench/start.mjs', import.meta.url));

/**
 * Tries mutants in child processes, each with a server of its own. What hangs is killed, what dies is noticed, and what
 * comes after it is tried by a new process.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { mutants, first = 0, processes, onFault, onBatch } = options;
  const faults: Fault[] = [];
  const statistics: Statistics[] = [];
  const batches: Batch[] = [];
  for (let from = first; from < first + mutants; from += BATCH) {
    batches.push({ from, to: Math.min(from + BATCH, first + mutants) });
  }
  batches.reverse();
  const noteFault = (fault: Fault) => {
    faults.push(fault);
    onFault?.(fault);
  };
  const noteBatch = (batch: Statistics) => {
    statistics.push(batch);
    onBatch?.(batch);
  };
  const work = async () => {
    while (batches.length > 0 && faults.length < MOST_FAULTS) {
      const killer = await runChild(options, batches, noteFault, noteBatch);
      if (killer) noteFault(killer);
      // What can't start once can't ever.
      if (killer?.index === -1) batches.length = 0;
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return { faults, statistics };
}

/** One process, until there is no more work; what ended it before that, if anything did. The rest of its batch goes back. */
function runChild(
  { seed, memory, deadline }: FuzzOptions,
  batches: Batch[],
  onFault: (fault: Fault) => void,
  onDone: (statistics: Statistics) => void,
): Promise<Fault | undefined> {
  const child: ChildProcess = fork(start, ['../fuzz/child.ts', JSON.stringify({ seed, memory })], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let batch: Batch | undefined;
  let current = { index: -1, name: 'start' };
  let words = '';
  child.stderr?.on('data', (data: Buffer) => {
    words = (words + data.toString()).slice(-2000);
  });
  return new Promise((resolve) => {
    let reason: string | undefined;
    const expire = () => {
      reason = 'it hangs';
      child.kill('SIGKILL');
    };
    let timer = setTimeout(expire, START_WITHIN);
    const next = () => {
      batch = batches.pop();
      if (batch) child.send(batch);
      else child.disconnect();
    };
    child.on('message', (message: Report) => {
      clearTimeout(timer);
      timer = setTimeout(expire, deadline);
      if (message.kind === 'begun') current = message;
      else if (message.kind === 'fault') onFault(message);
      else {
        if (message.kind === 'done') onDone(message.statistics);
        next();
      }
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const { index, name } = current;
      if (!batch && (index >= 0 || code === 0)) return resolve(undefined);
      if (batch && index + 1 < batch.to) batches.push({ from: Math.max(batch.from, index + 1), to: batch.to });
      resolve({ index, name, path: '', fault: reason ?? `the process ended with ${signal ?? code}: ${words}` });
    });
  });
}
