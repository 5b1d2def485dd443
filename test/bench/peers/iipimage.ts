import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PROGRAMS = ['/usr/lib/iipimage-server/iipsrv.fcgi', '/usr/sbin/lighttpd'] as const;

export type Peer =
  | { readonly kind: 'running'; readonly base: string; stop(): void }
  | { readonly kind: 'absent'; readonly reason: string };

export interface IipImageOptions {
  /** Folder of the images. */
  readonly images: string;
  /** Folder for the configuration and the socket. */
  readonly work: string;
  /** Of the JPEGs it makes, 1 to 100. */
  readonly quality: number;
}

/**
 * A native IIPImage behind lighttpd, one process for each core. `base` lacks only `{file}/{region}/…`.
 * Its tiles have the quality of the stored ones, for Potto loses none either.
 */
export async function startIipImage({ images, work, quality }: IipImageOptions): Promise<Peer> {
  const missing = await Promise.all(
    PROGRAMS.map((path) =>
      access(path).then(
        () => [],
        () => [path],
      ),
    ),
  );
  if (missing.flat().length > 0) {
    return { kind: 'absent', reason: 'not installed: apt-get install iipimage-server lighttpd' };
  }
  await mkdir(work, { recursive: true });
  const port = await freePort();
  const configuration = join(work, 'lighttpd.conf');
  await writeFile(
    configuration,
    `server.document-root = "${work}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ("mod_fastcgi", "mod_setenv")
setenv.add-response-header = ("Access-Control-Allow-Origin" => "*")
server.max-keep-alive-requests = 1000000
server.max-keep-alive-idle = 60
fastcgi.server = ("/iipsrv.fcgi" => ((
  "socket" => "${join(work, 'iipsrv.sock')}", "bin-path" => "${PROGRAMS[0]}", "check-local" => "disable",
  "max-procs" => ${availableParallelism()}, "bin-environment" => (
    "FILESYSTEM_PREFIX" => "${images}/", "VERBOSITY" => "0", "JPEG_QUALITY" => "${quality}"
  )
)))
`,
  );
  const server = spawn(PROGRAMS[1], ['-D', '-f', configuration], { stdio: 'ignore' });
  const base = `http://127.0.0.1:${port}/iipsrv.fcgi?IIIF=`;
  await listening(base);
  return { kind: 'running', base, stop: () => server.kill('SIGINT') };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}

async function listening(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await delay(100);
  }
  throw new Error('lighttpd did not start');
}
