// SPDX-License-Identifier: Apache-2.0
/** HTTP — /metrics for Prometheus, /healthz (the process answers), /readyz (mail can be taken). Nothing else is served. */
import { createServer, type Server, type ServerResponse } from 'node:http';

export interface HttpParts {
  metrics(): Promise<string>;
  /** Sentences that say why no mail can be taken; none if it can. */
  troubles(): Promise<readonly string[]>;
}

export interface HttpListener {
  readonly address: string;
  close(): Promise<void>;
}

export async function serveHttp(host: string, port: number, parts: HttpParts): Promise<HttpListener> {
  const server: Server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 8_192 },
    (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return answer(response, 405, 'Only GET is answered.\n');
      respond(path, response, parts).catch(() => answer(response, 500, 'Could not be read just now.\n'));
    },
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve));
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound ? bound.port : port;
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(path: string, response: ServerResponse, parts: HttpParts): Promise<void> {
  switch (path) {
    case '/healthz':
      return answer(response, 200, 'ok\n');
    case '/readyz': {
      const troubles = await parts.troubles();
      return answer(
        response,
        troubles.length === 0 ? 200 : 503,
        troubles.length === 0 ? 'ready\n' : `${troubles.join('\n')}\n`,
      );
    }
    case '/metrics':
      return answer(response, 200, await parts.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    default:
      return answer(response, 404, 'Here are /metrics, /healthz and /readyz.\n');
  }
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
