// SPDX-License-Identifier: Apache-2.0
/**
 * Received — what one server wrote about how it got the message (RFC 5321 4.4), in the forms of Postfix, sendmail, Exim, qmail,
 * Exchange and whoever else; undefined if nothing in it can be read. It may be forged: only the fields of servers we know are to be believed.
 */
import { formatIp, parseIp } from '../../core/ip.ts';
import { parseDate, type MailDate } from './date.ts';

export interface Received {
  /** The word after `from`, as written. */
  readonly from?: string;
  /** What the client called itself: said so, or the word after `from` where the server writes its own finding in brackets. */
  readonly helo?: string;
  /** The client's name as the server found it. */
  readonly name?: string;
  /** The client's address, normalised. */
  readonly ip?: string;
  readonly by?: string;
  readonly via?: string;
  /** The protocol, in capitals: `ESMTPS`. */
  readonly with?: string;
  readonly id?: string;
  readonly for?: string;
  readonly hasTls: boolean;
  readonly date?: MailDate;
}

interface Clause {
  words: string[];
  comments: string[];
}

type Key = 'from' | 'by' | 'via' | 'with' | 'id' | 'for';

const keys: ReadonlySet<string> = new Set<Key>(['from', 'by', 'via', 'with', 'id', 'for']);
const saidByClient = /(?:^|[\s,(])(?:helo|ehlo|lhlo)[ =]\s*([^\s,;)]+)/i;
/** Longer ones are attacks. */
const lengthLimit = 4_000;

export function parseReceived(raw: string): Received | undefined {
  const text = raw.length > lengthLimit ? raw.slice(0, lengthLimit) : raw;
  const semicolon = text.lastIndexOf(';');
  const clauses = clausesOf(semicolon < 0 ? text : text.slice(0, semicolon));
  const date = parseDate(semicolon < 0 ? text : text.slice(semicolon + 1));
  const origin = originOf(clauses);
  const by = clauses.get('by')?.words[0];
  if (by === undefined && origin.from === undefined && origin.ip === undefined && !date) return undefined;
  const via = clauses.get('via')?.words[0];
  const protocol = protocolIn(clauses.get('with')?.words ?? []);
  const id = clauses.get('id')?.words[0];
  const recipient = clauses.get('for')?.words[0];
  return {
    ...origin,
    ...(by === undefined ? {} : { by: bare(by) }),
    ...(via === undefined ? {} : { via }),
    ...(protocol === undefined ? {} : { with: protocol }),
    ...(id === undefined ? {} : { id: bare(id) }),
    ...(recipient === undefined ? {} : { for: bare(recipient) }),
    hasTls: /\b(?:tls|ssl)|\bcipher\b/i.test(text) || /MTPS/.test(protocol ?? ''),
    ...(date ? { date } : {}),
  };
}

/** As the registry of RFC 3848 names it: of `Microsoft SMTPSVC(5.0)`, `local-esmtps` and `ESMTP-TLS` only the protocol. */
function protocolIn(words: readonly string[]): string | undefined {
  for (const word of words) {
    const found = /^(?:local-)?b?((?:utf8|e)?[sl]mtps?a?|https?|mapi|imap|pop3|local)(-tls|svc)?(?![a-z])/i.exec(word);
    const name = found?.[1]?.toUpperCase();
    if (name !== undefined) return found?.[2] === '-TLS' || found?.[2] === '-tls' ? `${name}S` : name;
  }
  return undefined;
}

/** Words and comments under the key they follow. Keys inside comments are none, but for a comment that is the whole clause, as `(from …)`. */
function clausesOf(text: string): Map<Key, Clause> {
  const clauses = new Map<Key, Clause>();
  let current: Clause | undefined;
  let wasKey = false;
  for (const piece of piecesOf(text)) {
    const isComment = piece.startsWith('(');
    // No key is longer.
    const word = piece.length <= 4 ? piece.toLowerCase() : '';
    if (isComment && !current) {
      const inner = piece.slice(1, -1).trim();
      const from = /(?:^|\s)from\s+(.*)$/is.exec(inner)?.[1];
      if (from !== undefined && !clauses.has('from')) clauses.set('from', fromInside(from));
    } else if (isComment) {
      current?.comments.push(piece.slice(1, -1).trim());
      wasKey = false;
    } else if (isKey(word) && !wasKey && !clauses.has(word)) {
      current = { words: [], comments: [] };
      clauses.set(word, current);
      wasKey = true;
    } else {
      current?.words.push(piece);
      wasKey = false;
    }
  }
  return clauses;
}

function fromInside(text: string): Clause {
  const [word = '', ...rest] = text.split(/\s+/);
  return { words: [word], comments: rest.length > 0 ? [rest.join(' ')] : [] };
}

function originOf(clauses: ReadonlyMap<Key, Clause>): Pick<Received, 'from' | 'helo' | 'name' | 'ip'> {
  const clause = clauses.get('from');
  if (!clause) return {};
  const [from = '', ...more] = clause.words;
  // Some write `from name [1.2.3.4]` without brackets round it.
  const notes = [...clause.comments, ...more];
  const ip = addressIn(notes) ?? addressOf(from);
  const helo = heloIn(clause.comments);
  const name = nameIn(clause.comments);
  const isHost = from !== '' && addressOf(from) === undefined;
  return {
    ...(from === '' ? {} : { from: bare(from).replace(/\]:\d+$/, ']') }),
    ...(helo !== undefined ? { helo } : notes.length > 0 && from !== '' ? { helo: from } : {}),
    ...(helo !== undefined && isHost && !/^unknown$/i.test(from) ? { name: from } : name !== undefined ? { name } : {}),
    ...(ip === undefined ? {} : { ip }),
  };
}

function heloIn(comments: readonly string[]): string | undefined {
  for (const comment of comments) {
    const said = saidByClient.exec(comment)?.[1];
    if (said !== undefined) return said;
  }
  return undefined;
}

/** `(name [1.2.3.4])`, `(IDENT:user@name [1.2.3.4])`, `(name. [1.2.3.4] (may be forged))`. */
function nameIn(comments: readonly string[]): string | undefined {
  for (const comment of comments) {
    const word = /^(?:[^\s@]*@)?([a-z0-9](?:[a-z0-9_-]*\.)+[a-z][a-z0-9-]*)\.?(?:[\s[]|$)/i.exec(comment)?.[1];
    if (word !== undefined && addressOf(word) === undefined) return word;
  }
  return undefined;
}

/** In brackets first: what stands there was seen by the server, and not said by the client. */
function addressIn(notes: readonly string[]): string | undefined {
  // What the client says of itself may look like an address too.
  const seen = notes.map(note => note.replace(saidByClient, ' '));
  for (const note of seen) {
    const ip = addressInBrackets(note);
    if (ip !== undefined) return ip;
  }
  for (const note of seen) {
    for (const word of note.split(/[\s()[\],;@]+/)) {
      const ip = addressOf(word);
      if (ip !== undefined) return ip;
    }
  }
  return undefined;
}

function addressInBrackets(note: string): string | undefined {
  for (let open = note.indexOf('['); open >= 0; open = note.indexOf('[', open)) {
    let end = open + 1;
    while (end < note.length && note[end] !== ']' && !isBlank(note.charCodeAt(end))) end++;
    const ip = note[end] === ']' ? addressOf(note.slice(open + 1, end)) : undefined;
    if (ip !== undefined) return ip;
    open = end;
  }
  return undefined;
}

/** How every address begins that is read below; most words are none, and this sees it at their first sign. */
const addressForm = /^\[?(?:ipv6:)?[\da-f.:]+(?:[\]%]|$)/i;

function addressOf(text: string): string | undefined {
  if (!addressForm.test(text)) return undefined;
  // Ports, scopes and tags come along: `[IPv6:2001:db8::1]`, `[192.0.2.1]:25`, `fe80::1%3`, `::ffff:192.0.2.1`.
  const inner = text
    .replace(/^\[/, '')
    .replace(/\](?::\d+)?$/, '')
    .replace(/^ipv6:/i, '')
    .replace(/%.*$/, '');
  if (!/^[\da-f.:]+$/i.test(inner)) return undefined;
  const ip = parseIp(inner) ?? parseIp(inner.replace(/:\d+$/, ''));
  return ip && formatIp(ip);
}

/** Without angle brackets, quotes and what sticks to the end. */
function bare(word: string): string {
  return word.replace(/^[<"]+|[>",]+$/g, '');
}

function isKey(word: string): word is Key {
  return keys.has(word);
}

/** Words, and comments as one piece each; an unclosed one goes to the end. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let start = -1;
  let depth = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : blank;
    if (depth > 0) {
      if (code === opening) depth++;
      else if (code === closing) depth--;
      if (depth > 0 && at < text.length) continue;
      pieces.push(`${text.slice(start, at)})`);
      start = -1;
    } else if (code === opening || isBlank(code)) {
      if (start >= 0) pieces.push(text.slice(start, at));
      start = code === opening ? at : -1;
      depth = code === opening ? 1 : 0;
    } else if (start < 0) start = at;
  }
  return pieces;
}

const blank = 0x20;
const opening = 0x28;
const closing = 0x29;

/** White space as `\s` has it. */
function isBlank(code: number): boolean {
  return code <= blank
    ? code === blank || (code >= 9 && code <= 13)
    : code >= 0xa0 && /\s/.test(String.fromCharCode(code));
}
