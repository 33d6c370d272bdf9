// SPDX-License-Identifier: Apache-2.0
/**
 * Public fetch — one document over https from a host of the public Internet, and never from anything inside: the name is resolved here, connected to is
 * the address that was looked at, and each redirect is held to the same. Strangers choose the names: what would reach our own network is refused.
 * Fails with `bad-input` for what may not be fetched or is not what it should be, with `peer-…`, `dns-unavailable` or `cancelled` for what may pass.
 */
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { describeFault, errorCode, Fault } from '../core/faults.ts';
import { formatIp, isPrivate, networkHas, parseIp, parseNetwork } from '../core/ip.ts';

export interface FetchParts {
  readonly dns: Dns;
  readonly clock: Clock;
  /** For tests: where an address that was found is really reached, and whom its certificate is believed by. */
  readonly reach?: (ip: string) => { readonly host: string; readonly port: number };
  readonly authorities?: string;
}

export interface Wanted {
  readonly url: string;
  readonly accept: string;
  readonly limitBytes: number;
  readonly patienceMs: number;
}

export interface Fetched {
  readonly status: number;
  readonly body: Buffer;
}

const redirectsAtMost = 3;
const urlAtMost = 2_000;

export async function fetchPublic(wanted: Wanted, parts: FetchParts, signal?: AbortSignal): Promise<Fetched> {
  const ending = new AbortController();
  const timer = parts.clock.after(wanted.patienceMs, () =>
    ending.abort(new Fault('peer-slow', { detail: `no whole answer within ${wanted.patienceMs} ms` })),
  );
  const giveUp = (): void => ending.abort(new Fault('cancelled', { detail: 'given up' }));
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  try {
    let url = publicUrl(wanted.url);
    for (let redirects = 0; ; redirects++) {
      const answer = await fetchOnce(url, wanted, parts, ending.signal);
      if (answer.location === undefined) return answer;
      if (redirects >= redirectsAtMost) throw bad('it redirects too often');
      url = publicUrl(answer.location, url);
    }
  } catch (error) {
    // What an aborted request says of itself is not why.
    throw ending.signal.aborted && ending.signal.reason instanceof Fault ? ending.signal.reason : error;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', giveUp);
  }
}

/** https at its own port, to a host with a name; no password. */
function publicUrl(text: string, base?: URL): URL {
  const url = text.length <= urlAtMost ? URL.parse(text, base?.href) : undefined;
  if (!url) throw bad('its address cannot be read');
  if (url.protocol !== 'https:') throw bad('only https is fetched');
  if (url.username !== '' || url.password !== '') throw bad('its address holds a password');
  if (url.port !== '') throw bad('only port 443 is asked');
  const host = url.hostname.replace(/\.$/, '');
  if (!/^(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/.test(host)) throw bad('its host is no name of the Internet');
  return url;
}

interface Answered extends Fetched {
  readonly location: string | undefined;
}

async function fetchOnce(url: URL, wanted: Wanted, parts: FetchParts, signal: AbortSignal): Promise<Answered> {
  const ip = await publicAddressOf(url.hostname, parts.dns, signal);
  signal.throwIfAborted();
  const { host, port } = parts.reach?.(ip) ?? { host: ip, port: 443 };
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const outgoing = request({
    host,
    port,
    servername: url.hostname,
    path: `${url.pathname}${url.search}`,
    // No pool: a connection is for one document, and nothing of it stays.
    agent: false,
    headers: { host: url.hostname, accept: wanted.accept, 'accept-encoding': 'identity', 'user-agent': 'Sekisho' },
    maxHeaderSize: 16_384,
    signal,
    ...(parts.authorities === undefined ? {} : { ca: parts.authorities }),
  });
  const fail = (error: Error): void => reject(error instanceof Fault ? error : faultOf(error, url));
  outgoing.on('error', fail);
  outgoing.once('response', (response: IncomingMessage) => {
    readWhole(response, wanted.limitBytes).then(resolve, fail);
  });
  outgoing.end();
  try {
    return await promise;
  } finally {
    outgoing.destroy();
  }
}

async function readWhole(response: IncomingMessage, limitBytes: number): Promise<Answered> {
  const status = response.statusCode ?? 0;
  const location = status >= 300 && status < 400 ? response.headers.location : undefined;
  if (location !== undefined) return { status, location, body: Buffer.alloc(0) };
  if (Number(response.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(bytes);
  }
  return { status, location, body: Buffer.concat(chunks) };
}

/** Where one address of a name is inside, none is asked: it is no name of a public server. */
async function publicAddressOf(host: string, dns: Dns, signal: AbortSignal): Promise<string> {
  const answers = await Promise.all((['A', 'AAAA'] as const).map(type => dns.ask(host, type, signal)));
  const found = answers.flatMap(answer => (answer.kind === 'found' ? answer.records.map(({ data }) => data) : []));
  const addresses = found.flatMap(text => parseIp(text) ?? []);
  if (addresses.some(ip => !isPublic(ip))) throw bad(`${host} has an address that is not public`);
  // The older kind reaches everywhere.
  const [first] = addresses.filter(ip => ip.length === 4).concat(addresses);
  if (first) return formatIp(first);
  const silent = answers.find(answer => answer.kind === 'unavailable');
  throw silent ? new Fault('dns-unavailable', { detail: host }) : bad(`${host} has no address`);
}

/** Not private, and not one of those that lead elsewhere than they say: multicast, benchmarks, IPv4 inside IPv6. */
export function isPublic(ip: Uint8Array): boolean {
  return !isPrivate(ip) && !otherwise.some(network => networkHas(network, ip));
}

const otherwise = [
  '192.0.0.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2002::/16',
  'fec0::/10',
  'ff00::/8',
].flatMap(text => parseNetwork(text) ?? []);

function faultOf(error: Error, url: URL): Fault {
  const code = errorCode(error);
  const detail = `${url.hostname}: ${code || describeFault(error)}`;
  return /CERT|ALTNAME|SELF_SIGNED|ISSUER|SIGNATURE/.test(code)
    ? new Fault('bad-input', { detail: `the certificate of ${url.hostname} is not valid`, cause: error })
    : new Fault('peer-closed', { detail, cause: error });
}

function tooLarge(limitBytes: number): Fault {
  return bad(`it has more than ${limitBytes} bytes`);
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}
