import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The code of an S3 error document. */
  readonly code: string | undefined;
}

/** `ask` of one store. */
export type Call = (method: string, path: string, headers?: Readonly<Record<string, string>>) => Promise<Reply>;

/**
 * One request as it is written: unlike `fetch`, paths aren't tidied and `Host` and `Origin` may be set, which is how a
 * virtual-hosted bucket is asked where `BUCKET.localhost` doesn't resolve.
 */
export async function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const asked = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { host: `127.0.0.1:${port}`, ...headers },
    agent: false,
  });
  asked.end();
  const [response] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('latin1');
  return { status: response.statusCode, headers: response.headers, text, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] };
}
