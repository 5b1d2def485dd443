import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe } from 'vitest';
import { listen } from '../../src/host/node.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { createImageServer } from '../../src/server.ts';
import { LIMITS, ORIGIN, pictureStore, type Subject } from '../conformance/subject.ts';
import { conformance } from '../conformance/suite.ts';
import { TABLES_2 } from '../conformance/tables/version-2.ts';
import { TABLES_3 } from '../conformance/tables/version-3.ts';

async function node(): Promise<Subject> {
  const server = createImageServer({
    sources: 'https://images.example/{id}.tif',
    limits: LIMITS,
    wasm: nodeWasmLoader(),
    fetch: await pictureStore(),
  });
  const host = await listen(server, { host: '127.0.0.1', port: 0 });
  return { fetch: (path, init) => ask(host.url, ORIGIN + path, init), close: host.close };
}

/** Asks a server for a URL of another name, as a proxy would. */
function ask(server: string, url: string, { method = 'GET', headers }: RequestInit = {}): Promise<Response> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path: url, method, headers: Object.fromEntries(new Headers(headers)) },
      async (answer) => {
        const body = new Uint8Array(await buffer(answer));
        const { statusCode: status = 500, headersDistinct } = answer;
        const lines = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        resolve(new Response([204, 303, 304].includes(status) ? null : body, { status, headers: lines }));
      },
    );
    asked.once('error', reject).end();
  });
}

describe('Node, Image API 3.0', () => conformance(3, TABLES_3, node));
describe('Node, Image API 2.1', () => conformance(2, TABLES_2, node));
