// SPDX-License-Identifier: Apache-2.0
/** Web server — https on loopback with a certificate that openssl made, and how `fetchPublic` reaches it under public names and addresses. */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FetchParts } from '../../src/net/public-fetch.ts';
import type { OpensslPki } from './openssl-pki.ts';

export type Page = Buffer | { readonly status: number; readonly location?: string } | 'silence' | 'endless';

export interface WebServer {
  /** What was asked for, as `host path`. */
  readonly asked: readonly string[];
  readonly reach: Pick<FetchParts, 'reach' | 'authorities'>;
  close(): Promise<void>;
}

/** Pages by `host path`; `names` are in its certificate. */
export async function startWebServer(
  pki: OpensslPki,
  names: readonly string[],
  pages: ReadonlyMap<string, Page>,
): Promise<WebServer> {
  pki.leaf('web', {
    purposes: 'serverAuth',
    names: names.map(name => `DNS:${name}`),
    usage: 'digitalSignature,keyEncipherment',
  });
  const file = (name: string) => readFileSync(join(pki.folder, name), 'latin1');
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const at = `${request.headers.host ?? ''} ${request.url ?? ''}`;
    asked.push(at);
    const page = pages.get(at) ?? { status: 404 };
    if (page === 'silence') return;
    if (page === 'endless') {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 32)));
        if (!response.destroyed) response.once('drain', more);
      };
      return more();
    }
    if (typeof page === 'object' && 'status' in page)
      return void response.writeHead(page.status, page.location === undefined ? {} : { location: page.location }).end();
    response.end(page);
  };
  const server = createServer({ key: file('web.key'), cert: file('web.pem') + file('authority.pem') }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    asked,
    reach: { reach: () => ({ host: '127.0.0.1', port }), authorities: file('root.pem') },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
