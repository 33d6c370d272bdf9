// SPDX-License-Identifier: Apache-2.0
/**
 * Signed names — which fields of a message we sign, as h= says it. What a reader is shown or a program acts on is named once more than it is
 * there, so that nobody can put a second one above it (oversigning); what servers on the way add or change is left alone (RFC 6376 5.4.1).
 */
import type { SignableField } from '../../wire/dkim/fields.ts';

const oversigned = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];
/** Signed where they are; those of resending and of lists are for others to add. */
const signed = [
  'content-id',
  'content-description',
  'content-disposition',
  'content-language',
  'resent-date',
  'resent-from',
  'resent-to',
  'resent-cc',
  'resent-message-id',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
  'feedback-id',
  'autocrypt',
];
/** Of one name; a header with more of it is left to what it is. */
const mostOfOne = 10;

export function namesToSign(fields: readonly SignableField[]): readonly string[] {
  return [
    ...oversigned.flatMap(name => repeat(name, countOf(fields, name) + 1)),
    ...signed.flatMap(name => repeat(name, countOf(fields, name))),
  ];
}

/** For a seal: the signatures that are there, too (RFC 8617 4.1.2). */
export function namesToSeal(fields: readonly SignableField[]): readonly string[] {
  return [...namesToSign(fields), ...repeat('dkim-signature', countOf(fields, 'dkim-signature'))];
}

function countOf(fields: readonly SignableField[], name: string): number {
  return Math.min(
    mostOfOne,
    fields.reduce((count, field) => (field.name === name ? count + 1 : count), 0),
  );
}

function repeat(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => name);
}
