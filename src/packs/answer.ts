import { ImageServerError } from '../errors.ts';
import type { PackDesk } from './desk.ts';
import type { PackAnswer, PackCall, PackMessage } from './protocol.ts';

/** Answers the messages by which pages call the keeper of packs. Resolves when the answer has been sent. */
export type AnswerPackMessage = (message: PackMessage, port: MessagePort) => Promise<void>;

/** `deskOf`: the desk, made when it is first needed. */
export function createPackAnswers(deskOf: () => PackDesk): AnswerPackMessage {
  const running = new Set<string>();
  return async (message, port) => {
    if (message.potto === 'pack-alive') {
      port.postMessage(running.has(message.id));
      return;
    }
    running.add(message.id);
    const answer = await run(deskOf, message.call).catch(failed);
    port.postMessage(answer, buffersOf(answer));
    running.delete(message.id);
  };
}

async function run(deskOf: () => PackDesk, call: PackCall): Promise<PackAnswer<unknown>> {
  return { kind: 'done', value: await answerTo(deskOf(), call) };
}

function answerTo(desk: PackDesk, { name, ask }: PackCall): Promise<unknown> {
  switch (name) {
    case 'room':
      return desk.room();
    case 'giveWay':
      return desk.giveWay(ask);
    case 'measure':
      return desk.measure(ask);
    case 'begin':
      return desk.begin(ask);
    case 'list':
      return desk.list();
    case 'parts':
      return desk.parts(ask);
    case 'renew':
      return desk.renew(ask);
    case 'read':
      return desk.read(ask);
    case 'put':
      return desk.put(ask);
    case 'block':
      return desk.block(ask);
    case 'note':
      return desk.note(ask);
    case 'check':
      return desk.check(ask);
    case 'remove':
      return desk.remove(ask);
  }
}

function failed(cause: unknown): PackAnswer<unknown> {
  if (cause instanceof ImageServerError) return { kind: 'failed', status: cause.status, message: cause.message };
  return { kind: 'failed', status: 500, message: 'The packs of this site could not be read or written.' };
}

/** Bytes are handed over, not copied, where they fill their buffer. */
function buffersOf(answer: PackAnswer<unknown>): Transferable[] {
  if (answer.kind === 'failed' || !(answer.value instanceof Uint8Array)) return [];
  const { buffer, byteLength } = answer.value;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
