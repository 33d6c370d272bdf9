// SPDX-License-Identifier: Apache-2.0
// Messages that OpenDKIM signed go through us, by DATA from Postfix and by BDAT from a client, to Exim: bodies byte for byte, every signature good.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/message.ts';
import { seededRandom, type Random } from '../../src/core/random.ts';
import { verifyDkim } from '../../src/authentication/dkim.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { startExim, whyNoExim } from '../real/exim.ts';
import { startOpenDkim, whyNoOpenDkim } from '../real/opendkim.ts';
import { startPostfix, whyNoPostfix } from '../real/postfix.ts';
import { cleanUp, startServing } from './serving.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const count = isQuick ? 50 : 1_000;
const why = whyNoOpenDkim() ?? whyNoPostfix() ?? whyNoExim();

describe('signed mail on its way through', { skip: why ?? false }, async () => {
  if (why) return;
  const opendkim = await startOpenDkim('example.com');
  const exim = await startExim({ domains: ['next.example'] });
  const serving = await startServing({ toml: '[dns]\nservers = ["127.0.0.1:9"]\n' });
  const postfix = await startPostfix({
    relayTo: { host: '127.0.0.1', port: serving.port },
    mainCf: [`smtpd_milters = inet:127.0.0.1:${opendkim.port}`, 'milter_default_action = tempfail'],
  });
  after(async () => {
    await postfix.stop();
    await cleanUp(serving);
    await exim.stop();
    await opendkim.stop();
  });
  await serving.run('domain', 'add', 'next.example', '--to', `smtp:127.0.0.1:${exim.port}`);
  const dns = zoneDns({ [opendkim.record.name]: { TXT: opendkim.record.text } });
  const random = seededRandom(11);
  const bodies = new Map(Array.from({ length: count }, (_, n) => [`m${n}@example.com`, bodyOf(random, n)]));
  let signed: ReadonlyMap<string, Buffer> = new Map();

  it(`relays ${count} from Postfix by DATA`, async () => {
    for (const [id, body] of bodies)
      await give(
        postfix.port,
        Buffer.concat([
          Buffer.from(
            `From: alice@example.com\r\nTo: bob@next.example\r\nSubject: ${id}\r\nMessage-ID: <${id}>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`,
          ),
          body,
        ]),
        'bob@next.example',
        'data',
        random,
      );
    signed = await arrived(count, () => exim.messages());
    await allGood(signed, bodies, dns);
  });

  it(`relays the same ${count} from a client by BDAT`, async () => {
    const again = new Map<string, Buffer>();
    for (const [id, message] of signed) again.set(id, message.subarray(message.indexOf('DKIM-Signature:')));
    assert.equal(again.size, count);
    for (const message of again.values()) await give(serving.port, message, 'carol@next.example', 'bdat', random);
    const both = await arrived(
      2 * count,
      () => exim.messages(),
      message => message.includes('carol@next.example'),
    );
    await allGood(both, bodies, dns);
  });
});

async function allGood(
  messages: ReadonlyMap<string, Buffer>,
  bodies: ReadonlyMap<string, Buffer>,
  dns: Parameters<typeof verifyDkim>[1]['dns'],
): Promise<void> {
  assert.equal(messages.size, bodies.size);
  for (const [id, message] of messages) {
    const body = message.subarray(message.indexOf('\r\n\r\n') + 4);
    assert.equal(digest(body), digest(bodies.get(id) ?? Buffer.alloc(0)), `the body of ${id} was changed`);
    const results = await verifyDkim(messageOf(message), { dns, clock: systemClock });
    assert.deepEqual(
      results.map(({ result }) => result),
      ['pass'],
      `the signature of ${id}`,
    );
  }
}

/** Exim keeps LF line ends; mail on the wire has CRLF. */
async function arrived(
  total: number,
  messages: () => Promise<Buffer[]>,
  isMeant: (message: Buffer) => boolean = () => true,
): Promise<Map<string, Buffer>> {
  for (let tries = 0; tries < 1_200; tries++) {
    const all = await messages();
    if (all.length >= total) {
      return new Map(
        all.filter(isMeant).map(bytes => {
          const message = Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
          return [/^Message-ID: <(.*)>/im.exec(message.toString('latin1'))?.[1] ?? '', message];
        }),
      );
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`only ${(await messages()).length} of ${total} arrived`);
}

/** What bodies are like that get changed on the way: dots, white space at the ends, empty lines, eight bits, long lines, no Japanese spared. */
function bodyOf(random: Random, n: number): Buffer {
  const lines = [
    '.',
    '..',
    '. ',
    'From the start',
    ' leading',
    'trailing  ',
    '',
    '\ttab\t',
    'こんにちは、世界',
    'x'.repeat(900),
    '=3D=20',
    '--',
    '-- ',
    `line ${n}`,
  ];
  const body = Array.from(
    { length: 1 + Math.floor(random.next() * 30) },
    () => lines[Math.floor(random.next() * lines.length)],
  ).join('\r\n');
  return Buffer.from(`${body}\r\n${n % 5 === 0 ? '\r\n\r\n' : ''}`);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function give(
  port: number,
  message: Buffer,
  recipient: string,
  by: 'data' | 'bdat',
  random: Random,
): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    const replies = repliesOf(socket);
    const expect = async (code: string): Promise<void> => {
      const { value } = await replies.next();
      assert.ok(String(value).startsWith(code), String(value));
    };
    await expect('220');
    for (const [line, code] of [
      ['EHLO client.example', '250'],
      ['MAIL FROM:<alice@example.com> BODY=8BITMIME', '250'],
      [`RCPT TO:<${recipient}>`, '250'],
    ] as const) {
      socket.write(`${line}\r\n`);
      await expect(code);
    }
    if (by === 'data') {
      socket.write('DATA\r\n');
      await expect('354');
      socket.write(Buffer.from(`${message.toString('latin1').replace(/^\./gm, '..')}.\r\n`, 'latin1'));
      await expect('250');
    } else {
      for (let at = 0; at < message.length;) {
        const end = Math.min(message.length, at + 1 + Math.floor(random.next() * 2_000));
        socket.write(`BDAT ${end - at}${end === message.length ? ' LAST' : ''}\r\n`);
        socket.write(message.subarray(at, end));
        await expect('250');
        at = end;
      }
    }
    socket.end('QUIT\r\n');
  } finally {
    socket.destroySoon();
  }
}

async function* repliesOf(socket: Socket): AsyncGenerator<string> {
  let text = '';
  const whole = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/;
  for await (const chunk of socket) {
    text += String(chunk);
    for (let found = whole.exec(text); found; found = whole.exec(text)) {
      text = text.slice(found[0].length);
      yield found[0];
    }
  }
}
