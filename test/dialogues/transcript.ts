// SPDX-License-Identifier: Apache-2.0
/** Transcript — reads a `.smtp` file (README.md) into turns: what the client sends, what the server must answer. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Turn {
  readonly sent: Buffer;
  /** Patterns of the lines answered; `250+` is a whole reply. */
  readonly answered: readonly string[];
}

export interface Transcript {
  readonly name: string;
  readonly title: string;
  readonly limits: Readonly<Record<string, number | string>>;
  readonly isInteractive: boolean;
  readonly turns: readonly Turn[];
  readonly closes: boolean;
}

export const folder = import.meta.dirname;

export function readTranscripts(under = folder): Transcript[] {
  return readdirSync(under, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.smtp'))
    .sort()
    .map(name => readTranscript(join(under, name)));
}

export function readTranscript(path: string): Transcript {
  const lines = readFileSync(path, 'utf8').split('\n');
  const limits: Record<string, number | string> = {};
  const turns: { sent: Buffer[]; answered: string[] }[] = [{ sent: [], answered: [] }];
  let isInteractive = false;
  let closes = false;
  for (const line of lines.slice(1)) {
    const mark = line.slice(0, 2);
    const rest = line.slice(3);
    const turn = turns.at(-1)!;
    if (mark === 'S:') turn.answered.push(rest);
    else if (line === 'S.') closes = true;
    else if (mark === 'C:' || mark === 'C-') {
      const sent = Buffer.concat([octets(rest), Buffer.from(mark === 'C:' ? '\r\n' : '')]);
      if (turn.answered.length === 0) turn.sent.push(sent);
      else turns.push({ sent: [sent], answered: [] });
    } else if (line === '@ interactive') isInteractive = true;
    else if (line.startsWith('@ ')) {
      const [name = '', value = ''] = line.slice(2).split(' ');
      limits[name] = /^\d+$/.test(value) ? Number(value) : value;
    } else if (line !== '') throw new Error(`${path}: cannot read “${line}”`);
  }
  const title = lines[0]?.replace(/^# /, '') ?? '';
  const name = relative(folder, path);
  const whole = turns.map(turn => ({ sent: Buffer.concat(turn.sent), answered: turn.answered }));
  return { name, title, limits, isInteractive, closes, turns: whole };
}

function octets(text: string): Buffer {
  const repeated = text.replace(/\\\{(.*?)\*(\d+)\}/g, (_all, piece: string, count: string) =>
    piece.repeat(Number(count)),
  );
  const pieces = repeated.split(/(\\x[0-9a-f]{2}|\\[rn0t\\])/i).map(piece => {
    if (/^\\x/i.test(piece)) return Buffer.from(piece.slice(2), 'hex');
    return Buffer.from({ '\\r': '\r', '\\n': '\n', '\\0': '\0', '\\t': '\t', '\\\\': '\\' }[piece] ?? piece);
  });
  return Buffer.concat(pieces);
}

/** What is wrong with the answers; undefined if every line is as the patterns say. */
export function mismatch(patterns: readonly string[], lines: readonly string[]): string | undefined {
  let at = 0;
  for (const pattern of patterns) {
    const whole = /^(\d{3})\+$/.exec(pattern);
    if (whole) {
      while (lines[at]?.startsWith(`${whole[1]}-`)) at++;
      if (!lines[at]?.startsWith(`${whole[1]} `)) return `expected ${pattern}, got ${lines[at] ?? 'nothing'}`;
    } else if (!matches(pattern, lines[at])) return `expected ${pattern}, got ${lines[at] ?? 'nothing'}`;
    at++;
  }
  return at < lines.length ? `expected nothing more, got ${lines[at]}` : undefined;
}

function matches(pattern: string, line: string | undefined): boolean {
  const escaped = pattern.split('*').map(piece => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return line !== undefined && new RegExp(`^${escaped.join('.*')}$`).test(line);
}
