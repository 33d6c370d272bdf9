// SPDX-License-Identifier: Apache-2.0
/** Job — one try: recipients of one message that go the same way with the same bytes. */
import { formatAddress, formatPath, sameAddress } from '../core/address.ts';
import type { Due, QueuedMessage } from '../store/queue/contract.ts';
import type { Directory } from './ports.ts';
import { destinationOf, routeOf, type Route, type RouteOptions } from './route.ts';

export interface Job {
  readonly message: QueuedMessage;
  /** Indices into `message.recipients`. */
  readonly recipients: readonly number[];
  readonly route: Route;
  readonly destination: string;
}

/** The due recipients of a message as jobs: one for each way and each set of header lines, at most `recipientsPerTransaction` in one. */
export function jobsOf(
  due: Due,
  directory: Directory,
  options: RouteOptions & { readonly recipientsPerTransaction: number },
): Job[] {
  const [only] = due.recipients;
  if (only !== undefined && due.recipients.length === 1) {
    // Most mail has one recipient, and nobody to share a job with.
    const route = routeOf(due.message, only, directory, options);
    return [{ message: due.message, recipients: due.recipients, route, destination: destinationOf(route) }];
  }
  const jobs: Job[] = [];
  const open = new Map<string, number[]>();
  for (const index of due.recipients) {
    const route = routeOf(due.message, index, directory, options);
    const key = groupKey(route, due.message, index);
    const group = open.get(key);
    if (group && group.length < options.recipientsPerTransaction) {
      group.push(index);
      continue;
    }
    const recipients = [index];
    open.set(key, recipients);
    jobs.push({ message: due.message, recipients, route, destination: destinationOf(route) });
  }
  return jobs;
}

/** Header lines that delivery itself puts on top, for this way and this recipient. */
export function ownPrefix(route: Route, message: QueuedMessage, recipientIndex: number): Buffer {
  const recipient = message.recipients[recipientIndex];
  if (!recipient) return Buffer.alloc(0);
  const hasDeliveredTo = /^Delivered-To:/im.test(recipient.prefix.toString('latin1'));
  const deliveredTo = (text: string): string => (hasDeliveredTo ? '' : `Delivered-To: ${text}\r\n`);
  switch (route.kind) {
    case 'maildir':
      return Buffer.from(
        `Return-Path: <${formatPath(message.sender.address)}>\r\n${deliveredTo(formatAddress(route.mailbox))}`,
      );
    case 'mx':
    case 'smtp': {
      // A forward: the address of ours that it passed, by which it is known if it comes back.
      const isForward = !sameAddress(recipient.original, recipient.address);
      return Buffer.from(isForward ? deliveredTo(formatAddress(recipient.original)) : '');
    }
    case 'lmtp':
    case 'quarantine':
    case 'nowhere':
      return Buffer.alloc(0);
  }
}

function groupKey(route: Route, message: QueuedMessage, index: number): string {
  const destination = destinationOf(route);
  switch (route.kind) {
    case 'maildir':
    case 'quarantine':
    case 'nowhere':
      // Each recipient is filed by itself, so they may share a job whatever their lines are.
      return destination;
    case 'lmtp':
    case 'smtp':
    case 'mx': {
      const recipient = message.recipients[index];
      const prefix = recipient?.prefix.toString('latin1') ?? '';
      // An address outside ASCII may fail for itself at a server that takes none.
      const isAscii = /^[\x00-\x7f]*$/.test(recipient?.address.local ?? '');
      // Each forward has a return path of its own.
      const own =
        recipient && !sameAddress(recipient.original, recipient.address) ? formatAddress(recipient.original) : '';
      return `${own}\0${destination}\0${isAscii}\0${ownPrefix(route, message, index).toString('latin1')}\0${prefix}`;
    }
  }
}
