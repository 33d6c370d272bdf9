// SPDX-License-Identifier: Apache-2.0
/** Options — how much of everything an SMTP client may ask for. The only place of these defaults. */
import { z } from 'zod';
import { duration, size } from '../core/config-words.ts';
import { judgedLimitBytes } from '../core/message.ts';

const count = (initial: number, least: number, most: number, description: string) =>
  z.int().min(least).max(most).default(initial).meta({ description });

/** Limits of one SMTP connection; sizes are bytes, times are ms. */
export const smtpLimitsSchema = z
  .strictObject({
    messageSize: size('25MB', 'The biggest message taken; announced by SIZE.'),
    headerSize: size('1MB', 'The biggest header of a message, up to its first empty line.').refine(
      bytes => bytes <= judgedLimitBytes,
      'at most 1MiB: what is longer is not judged whole',
    ),
    recipients: count(
      1_000,
      100,
      100_000,
      'Recipients of one message; those beyond are asked to come in another transaction.',
    ),
    errors: count(20, 3, 10_000, 'Wrong, unknown or misplaced commands before the connection is closed.'),
    unknownCommands: count(10, 1, 10_000, 'Unknown commands before the connection is closed.'),
    idleCommands: count(2_000, 100, 1_000_000, 'Commands since the last message before the connection is closed.'),
    commandTime: duration('5m', 'How long to wait for a command (RFC 5321 asks for 5 minutes).'),
    dataPause: duration('3m', 'How long to wait for the next piece of a message.'),
    dataTime: duration('1h', 'How long one message may take to arrive.'),
    connectionTime: duration('4h', 'How long one connection may last.'),
    bareNewline: z.enum(['normalise', 'refuse']).default('normalise').meta({
      description: 'What to do with <CR> or <LF> alone: make it <CR><LF> and note it, or refuse the message.',
    }),
    connections: count(1_000, 1, 1_000_000, 'Connections at a time to one listening port.'),
    connectionsPerClient: count(
      50,
      1,
      1_000_000,
      'Connections at a time from one client (IPv4 address or IPv6 /64), over all processes.',
    ),
  })
  .prefault({})
  .meta({ title: 'smtp', description: 'How much of everything an SMTP client may ask for.' });
