// SPDX-License-Identifier: Apache-2.0
/**
 * Match — which attempts a question means. Each attempt has a line of its keys in lower case, fields parted by a control sign:
 * looking for a word is one search through the lines of many attempts, and only those found are read whole and asked again.
 */
import type { AttemptRecord, RecordKeys, RecordQuery } from './contract.ts';

export const fieldEnd = '\u001f';
const control = /[\u0000-\u001f]/;

/** The id and the queue ids as they are, then all other keys in lower case; ends with a newline. */
export function keysLine(id: string, keys: RecordKeys): string {
  const { client = '', hello = '', sender = '', recipients = [], queueIds = [], messageId = '', action = '' } = keys;
  const { campaigns = [] } = keys;
  const given = [id, queueIds.join(' '), client, hello, sender, ...recipients, messageId, action, ...campaigns];
  const [name, queued, ...others] = control.test(given.join('')) ? given.map(fieldOf) : given;
  return `${name}${fieldEnd}${queued}${fieldEnd}${others.join(fieldEnd).toLowerCase()}${fieldEnd}\n`;
}

/** The word to look for in lines of keys; empty if every attempt may be meant. A record that is meant has it in at least one of its lines. */
export function wordOf({ text, sender, recipient, client, action, campaign }: RecordQuery): string {
  const whole = campaign ?? sender ?? recipient ?? client ?? (text ? undefined : action);
  const word = whole === undefined ? (text ?? '') : `${fieldEnd}${whole}${fieldEnd}`;
  return word.toLowerCase();
}

/** The ids of the attempts in whose lines the word stands. */
export function idsWith(lines: string, word: string): readonly string[] {
  const ids: string[] = [];
  for (let from = 0; from < lines.length;) {
    const hit = word === '' ? from : lines.indexOf(word, from);
    if (hit < 0) break;
    const start = hit === 0 ? 0 : lines.lastIndexOf('\n', hit - 1) + 1;
    ids.push(lines.slice(start, lines.indexOf(fieldEnd, start)));
    from = lines.indexOf('\n', hit) + 1;
  }
  return ids;
}

export function isMeant({ id, startedAt, keys }: AttemptRecord, query: RecordQuery): boolean {
  const { text, sender, recipient, client, action, campaign, since, until } = query;
  if ((since !== undefined && startedAt < since) || (until !== undefined && startedAt > until)) return false;
  if (!isSame(sender, keys.sender) || !isSame(client, keys.client) || !isSame(action, keys.action)) return false;
  if (recipient !== undefined && !(keys.recipients ?? []).some(one => isSame(recipient, one))) return false;
  if (campaign !== undefined && !(keys.campaigns ?? []).some(one => isSame(campaign, one))) return false;
  return !text || keysLine(id, keys).toLowerCase().includes(text.toLowerCase());
}

function fieldOf(text: string): string {
  return text.replace(/[\u0000-\u001f]+/g, ' ');
}

function isSame(asked: string | undefined, found: string | undefined): boolean {
  return asked === undefined || asked.toLowerCase() === found?.toLowerCase();
}
