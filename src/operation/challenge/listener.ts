// SPDX-License-Identifier: Apache-2.0
/**
 * Listener — the public door of the page. A link that is followed changes nothing, only a form that is sent does. Short of everything: headers, bodies, time,
 * connections in all and of one network; no cookies, nothing of other sites. Trouble of ours is 503 and a page that says so.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { ChallengeDesk } from '../../core/challenge.ts';
import { describeFault } from '../../core/faults.ts';
import { premises, type Network } from '../../core/ip.ts';
import type { Log } from '../../core/log.ts';
import type { Random } from '../../core/random.ts';
import type { Language } from '../../core/sentence.ts';
import { costs, type Pace } from './pace.ts';
import { page, type PageOf } from './page.ts';
import { addressOf, isBelieved, readBody, readForm, readTarget } from './request.ts';

export interface ChallengePageParts {
  readonly desk: ChallengeDesk;
  readonly pace: Pick<Pace, 'allows'>;
  readonly random: Random;
  readonly log: Log;
  /** The mail server's name, for people. */
  readonly host: string;
  readonly proxyFrom: () => readonly Network[];
  readonly onPage: (kind: PageOf['kind']) => void;
}

export interface Where {
  readonly host: string;
  readonly port: number;
  readonly reusePort: boolean;
  /** Where it speaks TLS itself. */
  readonly tls?: PageTls;
}

/** The certificates of the mail server, as they are now. */
export interface PageTls {
  /** For those who name a host. */
  readonly choose: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
  /** For those who name none, as with an address in the link; the same object until another is in force. */
  readonly pair: { readonly certificate: string; readonly key: string };
}

export interface ChallengePage {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

const connectionsAtMost = 512;
const connectionsOfOneNetwork = 32;
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 8_192,
};
/** Of a socket on which nothing moves. */
const idleMs = 15_000;

/** Fails with the system's error where the port cannot be had. */
export async function serveChallengePage(where: Where, parts: ChallengePageParts): Promise<ChallengePage> {
  const { host, port, reusePort, tls } = where;
  const listener: RequestListener = (request, response) => void answer(request, response, parts);
  const server: Server = tls ? createSecure(tls, listener) : createServer(limits, listener);
  server.maxConnections = connectionsAtMost;
  server.maxRequestsPerSocket = 100;
  server.setTimeout(idleMs, socket => void socket.destroy());
  boundByNetwork(server, parts.proxyFrom);
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen({ host, port, reusePort }, () => resolve()),
  );
  server.on('error', error => parts.log.warn('the page of challenges is in trouble', { error: describeFault(error) }));
  const bound = server.address();
  return {
    address: { host, port: typeof bound === 'object' && bound ? bound.port : port },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createSecure(tls: PageTls, listener: RequestListener): Server {
  const server = createSecureServer(
    { ...limits, SNICallback: tls.choose, handshakeTimeout: limits.headersTimeout },
    listener,
  );
  let shown: PageTls['pair'] | undefined;
  // Before its handshake begins.
  server.prependListener('connection', () => {
    const { pair } = tls;
    if (pair !== shown) server.setSecureContext({ cert: pair.certificate, key: pair.key });
    shown = pair;
  });
  return server;
}

/** Whoever is behind a web server in front is counted there. */
function boundByNetwork(server: Server, proxyFrom: () => readonly Network[]): void {
  const open = new Map<string, number>();
  server.on('connection', socket => {
    if (isBelieved(socket.remoteAddress, proxyFrom())) return;
    const network = premises(socket.remoteAddress ?? '');
    const count = (open.get(network) ?? 0) + 1;
    if (count > connectionsOfOneNetwork) return void socket.destroy();
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

/** Never rejects. */
async function answer(request: IncomingMessage, response: ServerResponse, parts: ChallengePageParts): Promise<void> {
  const { method = '', url = '/', headers } = request;
  const asked = readTarget(url, headers['accept-language'] ?? '');
  try {
    if (asked.token === 'robots.txt') return say(response, 200, 'User-agent: *\nDisallow: /\n');
    if (asked.token === 'favicon.ico') return say(response, 404, '');
    if (method === 'GET' || method === 'HEAD')
      return show(response, await look(request, asked.token, parts), asked.language, parts);
    if (method !== 'POST') return say(response, 405, 'GET and POST are answered.\n', { allow: 'GET, HEAD, POST' });
    const body = await readBody(request);
    if (body === undefined) return say(response, 413, 'That is longer than the form.\n', { connection: 'close' });
    const form = readForm(body);
    const network = premises(addressOf(request, parts.proxyFrom()));
    const isAllowed = await parts.pace.allows(network, form.work === '' ? costs.unworked : costs.worked);
    const standing = isAllowed ? await parts.desk.answer(asked.token, form, network) : { kind: 'busy' as const };
    if (standing.kind === 'unknown') await parts.pace.allows(network, costs.guess);
    show(response, standing, form.language, parts);
  } catch (error) {
    parts.log.warn('a challenge could not be answered', { error: describeFault(error) });
    if (response.headersSent || response.socket?.destroyed !== false) response.destroy();
    else show(response, { kind: 'trouble' }, asked.language, parts);
  }
}

async function look(request: IncomingMessage, token: string, parts: ChallengePageParts): Promise<PageOf> {
  const network = premises(addressOf(request, parts.proxyFrom()));
  if (!(await parts.pace.allows(network, costs.look))) return { kind: 'busy' };
  const standing = await parts.desk.look(token);
  if (standing.kind === 'unknown') await parts.pace.allows(network, costs.guess);
  return standing;
}

function show(response: ServerResponse, of: PageOf, language: Language, parts: ChallengePageParts): void {
  parts.onPage(of.kind);
  const nonce = Buffer.from(parts.random.bytes(16)).toString('base64url');
  const retry = of.kind === 'busy' || of.kind === 'trouble' ? { 'retry-after': '120' } : {};
  say(response, statusOf(of), page(of, { language, host: parts.host, nonce }), {
    'content-type': 'text/html; charset=utf-8',
    'content-language': language,
    vary: 'accept-language',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    ...retry,
  });
}

function statusOf(of: PageOf): number {
  switch (of.kind) {
    case 'open':
      return of.wasEarly ? 429 : of.wasWrong ? 422 : 200;
    case 'proven':
      return 200;
    case 'unknown':
      return 404;
    case 'expired':
    case 'gone':
    case 'closed':
      return 410;
    case 'busy':
      return 429;
    case 'soon':
    case 'trouble':
      return 503;
  }
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cross-origin-opener-policy': 'same-origin',
    ...more,
  });
  response.end(text);
}
