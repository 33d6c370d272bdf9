// SPDX-License-Identifier: Apache-2.0
// Whom mutt and Dovecot show as the author of each case is what the fixture says. SEKISHO_WRITE_SHOWN=1 writes the fixture anew.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { it } from 'node:test';
import { startDovecot, whyNoDovecot } from '../real/dovecot.ts';
import { findProgram, makeFolder, run } from '../real/peer-process.ts';
import { cases } from './composition-kills-cases.ts';
import { Forger, readShown, shownFile, type Shown } from './composition-kills-mail.ts';

const missing = findProgram('mutt') === undefined ? 'mutt is not installed' : whyNoDovecot();

it('shows the author that the fixture names', { skip: missing, timeout: 120_000 }, async () => {
  const forger = new Forger();
  const letters: Buffer[] = [];
  for (const one of cases) letters.push(Buffer.from(await forger.write(one), 'latin1'));
  const [byMutt, byDovecot] = [await showInMutt(letters), await showInDovecot(letters)];
  const shown = Object.fromEntries(
    cases.map(({ name }, i): [string, Shown] => [name, { mutt: byMutt[i] ?? '', dovecot: byDovecot[i] ?? [] }]),
  );
  if (process.env['SEKISHO_WRITE_SHOWN'] === '1')
    await writeFile(shownFile, `${JSON.stringify(shown, undefined, 2)}\n`);
  assert.deepEqual(shown, readShown());
});

/** The index runs a program for every line: it writes down the author's address (%a). */
async function showInMutt(letters: readonly Buffer[]): Promise<readonly string[]> {
  const folder = await makeFolder('mutt');
  try {
    const shown: string[] = [];
    const note = join(folder.path, 'note');
    await writeFile(note, `#!/bin/sh\nprintf '%s' "$1" >${folder.path}/shown\necho line\n`, { mode: 0o755 });
    const settings = join(folder.path, 'muttrc');
    await writeFile(
      settings,
      `set index_format="${note} '%a' |"\nset folder=${folder.path}\nset read_only\nset sleep_time=0\nset assumed_charset=utf-8\nset charset=utf-8\npush "<exit>"\n`,
    );
    for (const [i, letter] of letters.entries()) {
      const box = join(folder.path, `box${i}`);
      for (const inner of ['cur', 'new', 'tmp']) await mkdir(join(box, inner), { recursive: true });
      await writeFile(join(box, 'cur', '1.example:2,S'), letter);
      await writeFile(join(folder.path, 'shown'), '');
      await run('script', ['-qec', `TERM=vt100 LC_ALL=C.UTF-8 mutt -n -F ${settings} -R -f ${box}`, '/dev/null']);
      shown.push(await readFile(join(folder.path, 'shown'), 'utf8'));
    }
    return shown;
  } finally {
    await folder.remove();
  }
}

async function showInDovecot(letters: readonly Buffer[]): Promise<readonly (readonly string[])[]> {
  const dovecot = await startDovecot();
  try {
    const box = join(dovecot.maildirOf('carol@example.net'), 'cur');
    for (const inner of ['../new', '../tmp', '.']) await mkdir(join(box, inner), { recursive: true });
    for (const [i, letter] of letters.entries())
      await writeFile(join(box, `${1_700_000_000 + i}.M1P1.example:2,S`), letter);
    await run('chown', ['-R', 'nobody:nogroup', join(box, '../..')]);
    const said = await talk(dovecot.imapPort, [
      'a LOGIN carol@example.net secret',
      'b SELECT INBOX',
      'c FETCH 1:* (ENVELOPE)',
      'd LOGOUT',
    ]);
    const envelopes = said.split(/^\* \d+ FETCH \(ENVELOPE /m).slice(1);
    return envelopes.map(authorsOf);
  } finally {
    await dovecot.stop();
  }
}

async function talk(port: number, commands: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let said = '';
  const left = [...commands];
  for await (const piece of socket) {
    said += String(piece);
    if (said.endsWith('\r\n') && /^(?:\* OK|[a-d] OK)[^\n]*\n$/m.test(lastLine(said))) {
      const next = left.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
    }
  }
  return said;
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
}

/** ENVELOPE: date, subject, from, … (RFC 3501 7.4.2); from is a list of (name route mailbox host). */
function authorsOf(envelope: string): readonly string[] {
  const [read] = readList(envelope, 0);
  const from = Array.isArray(read) ? read[2] : undefined;
  if (!Array.isArray(from)) return [];
  return from.flatMap(one => (Array.isArray(one) ? [`${String(one[2] ?? '')}@${String(one[3] ?? '')}`] : []));
}

type Value = string | null | Value[];

function readList(text: string, start: number): [Value[], number] {
  const list: Value[] = [];
  let at = start + 1;
  while (at < text.length && text[at] !== ')') {
    if (text[at] === ' ') at++;
    else if (text[at] === '(') {
      const [inner, end] = readList(text, at);
      list.push(inner);
      at = end;
    } else if (text[at] === '"') {
      const [whole = '""'] = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(at)) ?? [];
      list.push(whole.slice(1, -1).replace(/\\(.)/gs, '$1'));
      at += whole.length;
    } else if (text[at] === '{') {
      const [whole = '', size = '0'] = /^\{(\d+)\}\r\n/.exec(text.slice(at)) ?? [];
      at += whole.length;
      list.push(text.slice(at, at + Number(size)));
      at += Number(size);
    } else {
      const [word = ' '] = /^[^ ()]+/.exec(text.slice(at)) ?? [];
      list.push(word === 'NIL' ? null : word);
      at += word.length;
    }
  }
  return [list, at + 1];
}
