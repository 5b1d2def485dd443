import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { Processor } from 'iiif-processor';

/**
 * iiif-processor behind Node's own HTTP server, as its documentation shows it, with the files of a folder:
 * `/iiif/3/{name}/…`. Runs in a process of its own, which ends with the one that started it.
 */
const [, , , folder = '.'] = process.argv;

const server = createServer(async (request, response) => {
  const url = `http://${request.headers.host}${request.url}`;
  const streamResolver = async ({ id }: { readonly id: string }) =>
    createReadStream(join(folder, `${basename(id)}.tif`));
  const result = await new Processor(url, streamResolver, { pathPrefix: '/iiif/{{version}}/' })
    .execute()
    .catch((error: unknown) => ({ type: 'error' as const, statusCode: 500, message: String(error) }));
  const headers = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };
  if (result.type === 'content') {
    response.writeHead(200, { ...headers, 'Content-Type': result.contentType });
    response.end(result.body);
  } else {
    response.writeHead(500, headers);
    response.end(JSON.stringify(result));
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.once('disconnect', () => process.exit());
process.send?.(server.address());
