// SPDX-License-Identifier: Apache-2.0
/**
 * SMTP smuggling — false ends of data: inbound ones must spoil the message that holds them, by DATA and by BDAT, and bring in no second one;
 * outbound ones must not leave us. Each sequence is a case, tried whole and cut at every octet.
 */
import { OutgoingBody } from '../../src/wire/smtp/outgoing-body.ts';
import { openInMemory, settle } from '../dialogues/play.ts';
import { WorldAttempt } from '../dialogues/world.ts';
import { readJson, suiteFiles } from './where.ts';

const hello = 'EHLO client.example\r\nMAIL FROM:<bob@client.example>\r\nRCPT TO:<alice@example.jp>\r\n';
const smuggled =
  'MAIL FROM:<mallory@client.example>\r\nRCPT TO:<bob@example.jp>\r\nDATA\r\nSubject: smuggled\r\n\r\nBelieve me.\r\n';

/** `path` is a JSON file, or the folder of some. */
export async function run(path: string) {
  const cases: { readonly name: string; readonly why: () => Promise<string | undefined> }[] = [];
  for (const file of await suiteFiles(path, '.json')) {
    const data = await readJson(file);
    for (const sequence of sequencesOf(data, 'inbound'))
      cases.push({ name: `in ${JSON.stringify(sequence)}`, why: () => inbound(sequence) });
    const leaving = sequencesOf(data, 'outbound');
    for (const sequence of leaving)
      cases.push({ name: `out ${JSON.stringify(sequence)}`, why: async () => outbound(sequence, leaving) });
  }
  const misses: { name: string; why: string }[] = [];
  for (const { name, why } of cases) {
    const reason = await why();
    if (reason !== undefined) misses.push({ name, why: reason });
  }
  return { passed: cases.length - misses.length, total: cases.length, misses };
}

function sequencesOf(data: unknown, way: 'inbound' | 'outbound'): readonly string[] {
  const sequences = Object(data)[`${way}_eod_sequences`];
  return Array.isArray(sequences) ? sequences.map(String) : [];
}

async function inbound(sequence: string): Promise<string | undefined> {
  const message = `Subject: outer\r\n\r\ntext${sequence}${smuggled}`;
  const data = `${hello}DATA\r\n${message}\r\n.\r\nQUIT\r\n`;
  const bdat = `${hello}BDAT ${Buffer.byteLength(message)} LAST\r\n${message}QUIT\r\n`;
  const half = message.slice(0, message.indexOf('text') + 5);
  const twoChunks = `${hello}BDAT ${half.length}\r\n${half}BDAT ${message.length - half.length} LAST\r\n${message.slice(half.length)}QUIT\r\n`;
  for (const [way, text] of Object.entries({ data, bdat, twoChunks })) {
    for (const pieces of [[text], text.split('')]) {
      const attempt = new WorldAttempt();
      const memory = openInMemory(attempt);
      for (const piece of pieces) memory.send(Buffer.from(piece, 'latin1'));
      await settle();
      if (attempt.accepted.length > 0) return `${way}: a message was taken`;
      if (!memory.lines.some(line => line.startsWith('550 5.6.0 ')))
        return `${way}: ${memory.lines.slice(-2).join(' | ')}`;
      if (!memory.lines.at(-1)?.startsWith('221 ')) return `${way}: the dialogue lost its place`;
    }
  }
  return undefined;
}

function outbound(sequence: string, all: readonly string[]): string | undefined {
  const message = Buffer.from(`Subject: outer\r\n\r\ntext${sequence}${smuggled}`, 'latin1');
  const cuts = Array.from(message, (_, at) => [message.subarray(0, at), message.subarray(at)]);
  for (const pieces of [[message], Array.from(message, (_, at) => message.subarray(at, at + 1)), ...cuts]) {
    const body = new OutgoingBody();
    const wire = Buffer.concat([...pieces.map(piece => body.encode(piece)), body.end()]).toString('latin1');
    // The true end of the message is no false one.
    const leaving = all.find(each => wire.slice(0, -5).includes(each));
    if (leaving !== undefined) return `${JSON.stringify(leaving)} left`;
    if (wire.indexOf('\r\n.\r\n') !== wire.length - 5) return 'the message ended early';
  }
  return undefined;
}
