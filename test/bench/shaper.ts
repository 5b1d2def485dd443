import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A network between client and server. */
export interface Network {
  /** Milliseconds from a request's last byte to its answer's first, at least. */
  readonly roundTrip: number;
  /** Bits a second towards the client, shared by all connections. */
  readonly bandwidth: number;
}

/** A mobile or distant line. */
export const FAR: Network = { roundTrip: 40, bandwidth: 20e6 };

/** Bytes that a connection puts on the line before another one has its turn. */
const PIECE = 8192;
/** Milliseconds of pieces that may wait before the line: timers are too coarse to keep it busy with fewer. */
const BACKLOG = 10;

/**
 * Puts a network before a server on this machine: every byte arrives half a round trip later, a new connection costs
 * one round trip, and answers share the bandwidth. TCP's slow start is left out. Returns the port to connect to.
 */
export async function startShaper(port: number, { roundTrip, bandwidth }: Network): Promise<number> {
  const line = { freeAt: 0 };

  async function towardsServer(client: Socket, server: Socket): Promise<void> {
    const send = delayed(server);
    // The handshake, which on this machine takes no time.
    await delay(roundTrip);
    for await (const bytes of client) send(bytes, performance.now() + roundTrip / 2);
    send('end', performance.now() + roundTrip / 2);
  }

  async function towardsClient(server: Socket, client: Socket): Promise<void> {
    const send = delayed(client);
    for await (const bytes of server) {
      for (let start = 0; start < bytes.length; start += PIECE) {
        const piece = bytes.subarray(start, start + PIECE);
        const backlog = line.freeAt - performance.now() - BACKLOG;
        if (backlog > 0) await delay(backlog);
        line.freeAt = Math.max(line.freeAt, performance.now()) + (piece.length * 8000) / bandwidth;
        send(piece, line.freeAt + roundTrip / 2);
      }
    }
    send('end', Math.max(line.freeAt, performance.now()) + roundTrip / 2);
  }

  const proxy = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const close = () => {
      client.destroy();
      server.destroy();
    };
    towardsServer(client, server).catch(close);
    towardsClient(server, client).catch(close);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The shaper has no port');
  return address.port;
}

/** Writes to a socket at the times given, which never fall, in the order given. */
function delayed(socket: Socket): (bytes: Uint8Array | 'end', at: number) => void {
  const queue: { readonly bytes: Uint8Array | 'end'; readonly at: number }[] = [];
  const pump = () => {
    for (let [next] = queue; next !== undefined; [next] = queue) {
      const wait = next.at - performance.now();
      if (wait > 0.5) return void setTimeout(pump, wait);
      queue.shift();
      if (next.bytes === 'end') socket.end();
      else if (socket.writable) socket.write(next.bytes);
    }
  };
  return (bytes, at) => {
    queue.push({ bytes, at });
    if (queue.length === 1) pump();
  };
}
