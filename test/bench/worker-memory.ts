import type { BrowserContext, CDPSession } from 'playwright';
import { withinTime } from './within-time.ts';

/** Bytes that a service worker holds: its heap, the buffers behind it, and its WASM memories. */
export interface WorkerMemory {
  /** Collects the worker's garbage first. @throws {Error} where the worker doesn't answer, however often it is asked. */
  read(): Promise<number>;
}

/**
 * Begins a worker's script so that its WASM memories are known. Without it each look has the browser search for them,
 * in which Chromium has been seen to hang, and to take the page along that shares the worker's process.
 */
export const NOTE_MEMORIES = `self.memoriesOfWasm = [];
const noteMemories = (found) => {
  const { exports } = found.instance ?? found;
  for (const one of Object.values(exports)) {
    if (one instanceof WebAssembly.Memory) self.memoriesOfWasm.push(new WeakRef(one));
  }
  return found;
};
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (...given) => instantiate(...given).then(noteMemories);
const instantiateStreaming = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...given) => instantiateStreaming(...given).then(noteMemories);
WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct: (made, given) => noteMemories(new made(...given)) });
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(made, given) {
    const memory = new made(...given);
    self.memoriesOfWasm.push(new WeakRef(memory));
    return memory;
  },
});
`;

/** Bytes of the memories that were noted; undefined where none could be. */
const NOTED_BYTES = `self.memoriesOfWasm && [...new Set(self.memoriesOfWasm.map((noted) => noted.deref()))]
  .reduce((sum, memory) => sum + (memory?.buffer.byteLength ?? 0), 0)`;

/** Milliseconds that a command may take: while a worker is busy, it waits. */
const COMMAND_TIMEOUT = 20_000;
/** Looks that are begun, each with a worker that is found anew. */
const ATTEMPTS = 3;

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** A command to a worker, and what it answers. */
type Send = (method: string, params: object) => Promise<Answers>;

/** What the answers hold. */
interface Answers {
  readonly result: { readonly objectId: string; readonly value?: number };
  readonly objects: { readonly objectId: string };
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/**
 * Looks into the service worker whose script lies in the folder `site`. `wake` makes one run that the browser may have
 * ended: the one that is looked into then is another one.
 */
export async function watchWorkerMemory(
  context: BrowserContext,
  site: string,
  wake: () => Promise<unknown> = async () => undefined,
): Promise<WorkerMemory> {
  const browser = context.browser();
  if (!browser) throw new Error('The browser can not be asked about its workers');
  const cdp = await browser.newBrowserCDPSession();
  let send: Send | undefined;
  return {
    async read() {
      for (let attempt = 1; ; attempt++) {
        try {
          send ??= await attach(cdp, site);
          return await look(send);
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
          send = undefined;
          await wake();
        }
      }
    },
  };
}

async function look(send: Send): Promise<number> {
  const { result: noted } = await send('Runtime.evaluate', { expression: NOTED_BYTES, returnByValue: true });
  const wasm = noted.value ?? (await searchedBytes(send));
  // The search collects garbage by itself.
  if (noted.value !== undefined) await send('HeapProfiler.collectGarbage', {});
  const { usedSize, backingStorageSize } = await send('Runtime.getHeapUsage', {});
  return usedSize + backingStorageSize + wasm;
}

/** Bytes of all WASM memories that the browser finds. */
async function searchedBytes(send: Send): Promise<number> {
  const prototype = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId });
  const { result } = await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
    returnByValue: true,
  });
  await send('Runtime.releaseObject', { objectId: objects.objectId });
  return result.value ?? 0;
}

/** Commands to a target that the driver has no session for. */
async function attach(cdp: CDPSession, site: string): Promise<Send> {
  const { targetInfos } = await cdp.send('Target.getTargets');
  const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && url.startsWith(site));
  if (!worker) throw new Error(`No service worker runs in ${site}`);
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  cdp.on('Target.receivedMessageFromTarget', (received) => {
    if (received.sessionId !== sessionId) return;
    const reply: Reply = JSON.parse(received.message);
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  cdp.on('Target.detachedFromTarget', (detached) => {
    if (detached.sessionId !== sessionId) return;
    for (const end of waiting.values()) end({ error: 'the worker has ended' });
  });
  return async (method, params) => {
    last += 1;
    const id = last;
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    await cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    const { result, error } = await withinTime(replied, COMMAND_TIMEOUT, method).finally(() => waiting.delete(id));
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Answers;
  };
}
