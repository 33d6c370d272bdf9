// SPDX-License-Identifier: Apache-2.0
/** Answers — what the dialogue says on its own account, made once. */
import type { Problem } from '../../wire/smtp/command.ts';
import { saying, type Saying } from '../../wire/smtp/reply-text.ts';

export const answers = {
  bye: saying(221, '2.0.0', 'Bye'),
  ok: saying(250, '2.0.0', 'Ok'),
  senderOk: saying(250, '2.1.0', 'Ok'),
  recipientOk: saying(250, '2.1.5', 'Ok'),
  chunkOk: saying(250, '2.0.0', 'Chunk received'),
  cannotVerify: saying(252, '2.1.5', 'Cannot verify the address, but will take mail for it if it exists'),
  help: saying(214, '2.0.0', 'Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT STARTTLS VRFY HELP; see RFC 5321'),
  goAhead: saying(354, undefined, 'End data with <CR><LF>.<CR><LF>'),
  readyForTls: saying(220, '2.0.0', 'Ready to start TLS'),
  fault: saying(421, '4.3.0', 'Trouble here, closing; please try again later'),
  failed: saying(451, '4.3.0', 'Trouble here; please try again later'),
  drained: saying(421, '4.3.2', 'Service is being restarted; please try again later'),
  timeOut: saying(421, '4.4.2', 'Nothing heard for too long, closing'),
  tooManyErrors: saying(421, '4.7.0', 'Too many errors, closing'),
  tooManyIdle: saying(421, '4.7.0', 'Too many commands without mail, closing'),
  tooManyRecipients: saying(452, '4.5.3', 'Too many recipients; send the rest in another transaction'),
  unknown: saying(500, '5.5.2', 'Command not recognised'),
  lineTooLong: saying(500, '5.5.2', 'Line too long'),
  bareLine: saying(500, '5.5.2', 'Lines must end with <CR><LF>'),
  noAuth: saying(502, '5.5.1', 'Authentication is not offered here'),
  noExpansion: saying(502, '5.5.1', 'Lists are not expanded here'),
  noTls: saying(502, '5.5.1', 'TLS is not offered here'),
  tlsAlready: saying(503, '5.5.1', 'TLS is on already'),
  tlsBetween: saying(503, '5.5.1', 'STARTTLS must come between transactions'),
  helloFirst: saying(503, '5.5.1', 'Say EHLO first'),
  senderFirst: saying(503, '5.5.1', 'MAIL must come first'),
  senderAlready: saying(503, '5.5.1', 'A transaction is under way'),
  chunksBegun: saying(503, '5.5.1', 'BDAT has begun: send its LAST chunk, or RSET'),
  noRecipients: saying(554, '5.5.1', 'No valid recipients'),
  notHere: saying(503, '5.5.1', 'No service for you here; QUIT'),
  notSmtp: saying(554, '5.5.1', 'This is a mail server speaking SMTP; goodbye'),
  tlsTooEarly: saying(554, '5.5.1', 'This is a mail server; TLS begins here with STARTTLS'),
  tooBig: saying(552, '5.3.4', 'The message is too big'),
  headerTooBig: saying(552, '5.3.4', 'The header of the message is too big'),
  falseEnd: saying(550, '5.6.0', 'A false end of data: <CR> or <LF> alone beside a dot'),
  bareNewline: saying(550, '5.6.0', 'The message has <CR> or <LF> alone'),
} as const satisfies Record<string, Saying>;

export const problems: Readonly<Record<Problem, Saying>> = {
  syntax: saying(501, '5.5.4', 'Syntax error in the arguments'),
  'no-name': saying(501, '5.5.4', 'A name must follow'),
  'sender-syntax': saying(501, '5.1.7', 'The sender address cannot be read'),
  'recipient-syntax': saying(501, '5.1.3', 'The recipient address cannot be read'),
  'parameter-unknown': saying(555, '5.5.4', 'A parameter is not supported here'),
  'parameter-value': saying(501, '5.5.4', 'A parameter cannot be read'),
  'argument-unwanted': saying(501, '5.5.4', 'No argument may follow'),
  'needs-utf8': saying(553, '5.6.7', 'Such an address needs SMTPUTF8'),
};
