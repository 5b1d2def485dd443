import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from '../e2e/listen.ts';

/** A webhook that takes messages as Slack's do. */
export interface Receiver {
  /** With a secret in its path, as Slack's have. */
  readonly url: string;
  readonly port: number;
  /** Ids of the alarms that were taken, in order. */
  readonly ids: readonly string[];
  /** What was taken, as it came. */
  readonly messages: readonly { readonly contentType: string | undefined; readonly text: string }[];
  /** What it answers from now on; anything but 200 takes nothing. */
  status: number;
  /** Seconds, sent along where it takes nothing. */
  retryAfter: number | undefined;
  /** Takes what is sent and, from now on, never says so: it says nothing, or hangs up. */
  silence: 'stalls' | 'hangs up' | undefined;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const ids: string[] = [];
  const messages: Receiver['messages'][number][] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { status } = receiver;
    if (status === 200 && request.method === 'POST') {
      const message = JSON.parse(body);
      messages.push({ contentType: request.headers['content-type'], text: message.text });
      for (const { block_id: id } of message.blocks) if (id !== undefined) ids.push(id);
    }
    if (receiver.silence === 'stalls') return;
    if (receiver.silence === 'hangs up') {
      response.destroy();
      return;
    }
    const { retryAfter } = receiver;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(status, { 'access-control-allow-origin': '*' }).end('ok');
  });
  const port = await listen(server);
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/services/T000/B000/hook-of-the-house`,
    port,
    ids,
    messages,
    status: 200,
    retryAfter: undefined,
    silence: undefined,
    close: () => close(server),
  };
  return receiver;
}
