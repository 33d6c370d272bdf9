// SPDX-License-Identifier: Apache-2.0
/**
 * PRA — the purported responsible address: whoever the header says has handed the message on last, chosen as RFC 4407 section 2 does.
 * That there is none is a result of its own. Never throws.
 */
import type { Address } from '../../core/address.ts';
import type { HeaderField, Headers } from '../mime/types.ts';
import { readSingleMailbox } from './mailbox.ts';

export const praFields = ['resent-sender', 'resent-from', 'sender', 'from'] as const;
export type PraField = (typeof praFields)[number];

export type Pra =
  | { readonly kind: 'found'; readonly field: PraField; readonly address: Address }
  /** `several`: more than one Sender, or From, to choose from. `malformed`: the chosen field holds no single mailbox with a domain name. */
  | { readonly kind: 'missing'; readonly field: PraField; readonly why: 'absent' | 'several' | 'malformed' };

export function selectPra(headers: Headers): Pra {
  const resent = resentField(headers);
  if (resent) return read(resent);
  const senders = filled(headers, 'sender');
  const candidates = senders.length > 0 ? senders : filled(headers, 'from');
  const [first] = candidates;
  if (first === undefined) return { kind: 'missing', field: 'from', why: 'absent' };
  if (candidates.length > 1) return { kind: 'missing', field: fieldOf(first), why: 'several' };
  return read(first);
}

/** Steps 1 and 2: Resent-Sender, unless it belongs to an older block of Resent fields than the first Resent-From. */
function resentField(headers: Headers): HeaderField | undefined {
  const [sender] = filled(headers, 'resent-sender');
  const [from] = filled(headers, 'resent-from');
  if (!sender || !from) return sender ?? from;
  const isOlder =
    from.start < sender.start &&
    ['received', 'return-path'].some(key =>
      headers.all(key).some(({ start }) => start > from.start && start < sender.start),
    );
  return isOlder ? from : sender;
}

/** A field of white space alone is as if it were not there. */
function filled(headers: Headers, key: PraField): readonly HeaderField[] {
  return headers.all(key).filter(({ raw }) => raw !== '');
}

function read(field: HeaderField): Pra {
  const address = readSingleMailbox(field.raw);
  return address
    ? { kind: 'found', field: fieldOf(field), address }
    : { kind: 'missing', field: fieldOf(field), why: 'malformed' };
}

function fieldOf({ key }: HeaderField): PraField {
  return praFields.find(name => name === key) ?? 'from';
}
