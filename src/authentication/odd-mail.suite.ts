// SPDX-License-Identifier: Apache-2.0
/** Odd mail – letters for tests as odd as the rules let them be: folds, tabs, blanks at ends, repeated fields, raw 8-bit, long lines, no last line end. */
import type { Random } from '../core/random.ts';

const words = [
  'minutes',
  'of',
  'the',
  'meeting',
  '=20',
  'caf\u00c3\u00a9',
  '\u0083\u0065',
  'a:b',
  'x;y',
  '"quoted"',
  '(note)',
  'b=',
  '-',
];
const gaps = [' ', '  ', '\t', ' \t ', '\r\n ', '\r\n\t', ' \r\n  '];
const ends = ['', '', '', ' ', '\t', '  \t'];
const fieldNames = ['X-Odd', 'x-odd', 'Comments', 'Keywords', 'Received', 'List-Id', 'MIME-Version', 'Content-Type'];

export interface OddMail {
  readonly header: string;
  readonly body: string;
}

/** From is alice@`domain`; lines end with CRLF, the last of the body perhaps not. */
export function oddMail(random: Random, domain: string): OddMail {
  const pick = <T>(from: readonly T[]): T => from[below(random, from.length)] ?? from[0]!; // never empty
  const value = (): string => {
    let text = pick(words);
    for (let left = below(random, 6); left > 0; left--) text += pick(gaps) + pick(words);
    return text + pick(ends);
  };
  const fields = [
    `From:${pick([' ', '', '\t', ' \r\n '])}Alice <alice@${domain}>${pick(ends)}\r\n`,
    `To: bob@example.net${pick(ends)}\r\n`,
    `Subject: ${value()}\r\n`,
    'Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n',
    `Message-ID:${pick([' ', '\r\n '])}<${below(random, 1e9)}@${domain}>\r\n`,
  ];
  for (let left = below(random, 6); left > 0; left--) {
    const field = `${pick(fieldNames)}:${pick([' ', '', '\t'])}${value()}\r\n`;
    fields.splice(below(random, fields.length + 1), 0, field);
  }
  const lines: string[] = [];
  for (let left = below(random, 12); left > 0; left--)
    lines.push(pick([value, () => '', () => pick(ends), () => 'w'.repeat(below(random, 990))])());
  const last = pick(['\r\n', '\r\n', '\r\n\r\n\r\n', ' \r\n\r\n', '', '\r\n \r\n\t\r\n']);
  return {
    header: fields.join(''),
    body: below(random, 12) === 0 ? pick(['', '\r\n', '\r\n\r\n']) : lines.join('\r\n') + last,
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}
