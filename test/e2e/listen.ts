import { once } from 'node:events';
import type { Server } from 'node:http';

/** Binds the server to a port of the loopback interface, by default to a free one, and gives the port. */
export async function listen(server: Server, at = 0): Promise<number> {
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** Ends the server and the connections that are open to it; does nothing when it has ended before. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
