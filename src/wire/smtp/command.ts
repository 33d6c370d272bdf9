// SPDX-License-Identifier: Apache-2.0
/**
 * Command — one SMTP command line into a value (RFC 5321 4.1, 1870, 3030, 4405, 6152, 6531).
 * Pure; never throws: what cannot be read is `faulty` or `unknown`. Reads no state, so it does not know whether the command may come now.
 */
import type { Sender } from '../../core/envelope.ts';
import type { Address } from '../../core/address.ts';
import { parseSubmitter } from '../senderid/submitter.ts';
import { parsePath } from './path.ts';
import { parseXclient, type NamedClient } from './xclient.ts';

/** What each command brings with it. */
interface Arguments {
  readonly EHLO: { readonly name: string };
  readonly HELO: { readonly name: string };
  readonly MAIL: { readonly sender: Sender };
  readonly RCPT: { readonly address: Address };
  readonly BDAT: { readonly sizeBytes: number; readonly isLast: boolean };
  readonly DATA: unknown;
  readonly RSET: unknown;
  readonly NOOP: unknown;
  readonly QUIT: unknown;
  readonly HELP: unknown;
  readonly VRFY: unknown;
  readonly EXPN: unknown;
  readonly STARTTLS: unknown;
  readonly AUTH: unknown;
  readonly XCLIENT: { readonly named: NamedClient };
  readonly faulty: { readonly of: string; readonly problem: Problem };
  readonly unknown: { readonly word: string };
  /** Not mail at all: a browser, a proxy probe. */
  readonly foreign: unknown;
}

export type Verb = keyof Arguments;
export type Command<V extends Verb = Verb> = { readonly [K in V]: { readonly verb: K } & Arguments[K] }[V];

export type Problem =
  | 'syntax'
  | 'no-name'
  | 'sender-syntax'
  | 'recipient-syntax'
  | 'parameter-unknown'
  | 'parameter-value'
  | 'argument-unwanted'
  | 'needs-utf8';

const nameLimit = 255;

export function parseCommand(line: Buffer): Command {
  const text = line.toString('utf8').trim();
  const space = text.search(/[ \t]/);
  const word = (space < 0 ? text : text.slice(0, space)).toUpperCase();
  const argument = space < 0 ? '' : text.slice(space + 1).trim();
  switch (word) {
    case 'EHLO':
    case 'HELO':
      return argument === '' ? faulty(word, 'no-name') : { verb: word, name: argument.slice(0, nameLimit) };
    case 'MAIL':
      return parseMail(argument);
    case 'RCPT':
      return parseRcpt(argument);
    case 'BDAT':
      return parseBdat(argument);
    case 'DATA':
    case 'RSET':
    case 'STARTTLS':
      return argument === '' ? { verb: word } : faulty(word, 'argument-unwanted');
    case 'XCLIENT': {
      const named = parseXclient(argument);
      return named ? { verb: word, named } : faulty(word, 'syntax');
    }
    case 'NOOP':
    case 'QUIT':
    case 'HELP':
    case 'VRFY':
    case 'EXPN':
    case 'AUTH':
      return { verb: word };
    default:
      return isForeign(text) ? { verb: 'foreign' } : { verb: 'unknown', word: word.slice(0, 32) };
  }
}

/** What the client asked for, for the record. */
export function nameOf(command: Command): string {
  if (command.verb === 'faulty') return command.of;
  return command.verb === 'unknown' ? command.word : command.verb;
}

function parseMail(argument: string): Command {
  const path = pathAfter('FROM', argument);
  if (!path || (path.address !== null && path.address.domain === '')) return faulty('MAIL', 'sender-syntax');
  let sizeBytes: number | undefined;
  let body: Sender['body'] = '7BIT';
  let isSmtpUtf8 = false;
  let submitter: Address | undefined;
  for (const [key, value] of parameters(path.rest)) {
    switch (key) {
      case 'SIZE':
        if (!/^\d{1,20}$/.test(value)) return faulty('MAIL', 'parameter-value');
        sizeBytes = Number(value);
        break;
      case 'BODY': {
        const kind = value.toUpperCase();
        if (kind !== '7BIT' && kind !== '8BITMIME') return faulty('MAIL', 'parameter-value');
        body = kind;
        break;
      }
      case 'SMTPUTF8':
        if (value !== '') return faulty('MAIL', 'parameter-value');
        isSmtpUtf8 = true;
        break;
      case 'SUBMITTER':
        // Of two nobody knows which is meant.
        if (submitter) return faulty('MAIL', 'parameter-value');
        submitter = parseSubmitter(value);
        if (!submitter) return faulty('MAIL', 'parameter-value');
        break;
      case 'AUTH':
        // Some clients say AUTH=<> to every server (RFC 4954 5); it asks for nothing.
        break;
      default:
        return faulty('MAIL', 'parameter-unknown');
    }
  }
  if (!isSmtpUtf8 && !isAscii((path.address?.local ?? '') + (submitter?.local ?? '')))
    return faulty('MAIL', 'needs-utf8');
  const size = sizeBytes === undefined ? {} : { sizeBytes };
  const responsible = submitter === undefined ? {} : { submitter };
  return { verb: 'MAIL', sender: { address: path.address, ...size, body, isSmtpUtf8, ...responsible } };
}

function parseRcpt(argument: string): Command {
  const path = pathAfter('TO', argument);
  if (!path?.address) return faulty('RCPT', 'recipient-syntax');
  if (path.rest !== '') return faulty('RCPT', 'parameter-unknown');
  return { verb: 'RCPT', address: path.address };
}

function parseBdat(argument: string): Command {
  const match = /^(\d{1,15})(?:[ \t]+(LAST))?$/i.exec(argument);
  return match
    ? { verb: 'BDAT', sizeBytes: Number(match[1]), isLast: match[2] !== undefined }
    : faulty('BDAT', 'syntax');
}

/** `FROM:<a@b>`, also with spaces about the colon, or without a colon when a bracket follows. */
function pathAfter(word: string, argument: string) {
  if (argument.slice(0, word.length).toUpperCase() !== word) return undefined;
  const rest = argument.slice(word.length).trimStart();
  if (rest.startsWith(':')) return parsePath(rest.slice(1).trimStart());
  return rest.startsWith('<') ? parsePath(rest) : undefined;
}

function parameters(text: string): (readonly [string, string])[] {
  if (text === '') return [];
  return text.split(/[ \t]+/).map(parameter => {
    const equals = parameter.indexOf('=');
    return equals < 0
      ? [parameter.toUpperCase(), '']
      : [parameter.slice(0, equals).toUpperCase(), parameter.slice(equals + 1)];
  });
}

/** Whether a line was meant for a web server or proxy: pages and scripts can be made to post to port 25. */
function isForeign(text: string): boolean {
  return (
    /^(?:GET|POST|PUT|HEAD|OPTIONS|CONNECT|DELETE|PATCH|TRACE|PRI) /.test(text) || /^(?:Host|User-Agent): /i.test(text)
  );
}

export function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}

function faulty(of: string, problem: Problem): Command {
  return { verb: 'faulty', of, problem };
}
