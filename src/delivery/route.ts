// SPDX-License-Identifier: Apache-2.0
/** Route — the way a recipient's mail takes, read from the directory at the moment of delivery. */
import { directoryKey, type Address } from '../core/address.ts';
import type { Domain, Found } from '../store/directory/contract.ts';
import type { QueuedMessage } from '../store/queue/contract.ts';
import type { DeliveryOptions } from './options.ts';
import type { Trouble } from './outcome.ts';
import type { Directory } from './ports.ts';

export type Route =
  | { readonly kind: 'maildir'; readonly mailbox: Address }
  | { readonly kind: 'quarantine'; readonly reason: { readonly en: string; readonly ja: string } }
  | { readonly kind: 'lmtp' | 'smtp'; readonly hop: Hop }
  /** To the hosts that its MX names. */
  | { readonly kind: 'mx'; readonly domain: string }
  | { readonly kind: 'nowhere'; readonly trouble: Trouble };

/** A server by name or address, or a Unix-domain socket. */
export type Hop = { readonly host: string; readonly port: number } | { readonly path: string };

export type RouteOptions = Pick<DeliveryOptions, 'hopLimit' | 'smartHost'>;

export function routeOf(
  message: QueuedMessage,
  recipientIndex: number,
  directory: Directory,
  options: RouteOptions,
): Route {
  const recipient = message.recipients[recipientIndex];
  if (!recipient) return nowhere('5.1.0', 'No such recipient.');
  if (recipient.handling === 'quarantine') return { kind: 'quarantine', reason: recipient.reason };
  const found = directory.find(recipient.address);
  if (found.kind !== 'foreign' && found.domain.transport.kind === 'maildir')
    return mailboxRoute(found, recipient.address);
  // Mail that is sent on can come back; mail in a mailbox cannot.
  if (message.hops > options.hopLimit)
    return nowhere('5.4.6', 'The message has passed too many servers; it seems to go in a circle.');
  if (found.kind !== 'foreign') return hopRoute(found.domain);
  // What we send on as a forward is judged by others as our sending: spam stays here.
  if (recipient.handling === 'junk' && !message.isOurs) return { kind: 'quarantine', reason: keptFromForward };
  return options.smartHost
    ? { kind: 'smtp', hop: options.smartHost }
    : { kind: 'mx', domain: recipient.address.domain };
}

/** The name under which a route's work is counted and its failures are remembered. */
export function destinationOf(route: Route): string {
  switch (route.kind) {
    case 'maildir':
    case 'quarantine':
    case 'nowhere':
      return route.kind;
    case 'lmtp':
    case 'smtp':
      return `${route.kind} ${showHop(route.hop)}`;
    case 'mx':
      return `mx ${route.domain}`;
  }
}

export function showHop(hop: Hop): string {
  if ('path' in hop) return hop.path;
  return hop.host.includes(':') ? `[${hop.host}]:${hop.port}` : `${hop.host}:${hop.port}`;
}

function mailboxRoute(found: Exclude<Found, { kind: 'foreign' }>, address: Address): Route {
  const boxes = found.kind === 'known' ? found.targets.filter(target => target.kind === 'mailbox') : [];
  const own = boxes.find(box => directoryKey(box.address) === directoryKey(address));
  const box = own ?? (boxes.length === 1 ? boxes[0] : undefined);
  // Removed since the message was accepted.
  return box ? { kind: 'maildir', mailbox: box.address } : nowhere('5.1.1', 'The mailbox exists no longer.');
}

function hopRoute({ transport }: Domain): Route {
  switch (transport.kind) {
    case 'lmtp':
    case 'smtp':
      return { kind: transport.kind, hop: transport };
    case 'maildir':
      return nowhere('5.1.1', 'The mailbox exists no longer.');
  }
}

function nowhere(status: string, says: string): Route {
  return { kind: 'nowhere', trouble: { status, says } };
}

const keptFromForward = {
  en: 'This address forwards to elsewhere, and spam is not sent on.',
  ja: 'このアドレスは外部へ転送されますが、迷惑メールは転送しません。',
};
