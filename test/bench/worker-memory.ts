import type { BrowserContext, CDPSession } from 'playwright';

/** Bytes that a service worker holds: its heap, the buffers behind it, and its WASM memories. */
export interface WorkerMemory {
  read(): Promise<number>;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Looks into the service worker whose script lies in the folder `site`. Each look collects its garbage first. */
export async function watchWorkerMemory(context: BrowserContext, site: string): Promise<WorkerMemory> {
  const browser = context.browser();
  if (!browser) throw new Error('The browser can not be asked about its workers');
  const cdp = await browser.newBrowserCDPSession();
  const { targetInfos } = await cdp.send('Target.getTargets');
  const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && url.startsWith(site));
  if (!worker) throw new Error(`No service worker runs in ${site}`);
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
  const send = sender(cdp, sessionId);
  return {
    async read() {
      const prototype = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
      const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId });
      const { result: wasm } = await send('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
        returnByValue: true,
      });
      await send('Runtime.releaseObject', { objectId: objects.objectId });
      const { usedSize, backingStorageSize } = await send('Runtime.getHeapUsage', {});
      return usedSize + backingStorageSize + wasm.value;
    },
  };
}

/** What the answers above hold. */
interface Answers {
  readonly result: { readonly objectId: string; readonly value: number };
  readonly objects: { readonly objectId: string };
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** Commands to a target that the driver has no session for. */
function sender(cdp: CDPSession, sessionId: string) {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const reply: Reply = JSON.parse(message);
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  return async (method: string, params: object): Promise<Answers> => {
    last += 1;
    const id = last;
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    await cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    const { result, error } = await replied;
    waiting.delete(id);
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Answers;
  };
}
