// SPDX-License-Identifier: Apache-2.0
/**
 * SUBMITTER — dialogues in the mode of RFC 4405: a JSON list of {name, mail: the MAIL command, message, expect: {mail, data: reply codes, data null when
 * not reached, submitter, returnPath}}. `submitter` null: none was given; an address: it was given, or stands for it (MAIL FROM). `returnPath`: where
 * bounces of the message would go; null where nothing was taken, or the null path.
 */
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { checks } from '../../src/checks.generated.ts';
import { formatPath } from '../../src/core/address.ts';
import { clientAt } from '../../src/core/client.ts';
import type { Sender } from '../../src/core/envelope.ts';
import { silentLog } from '../../src/core/log.ts';
import { Dialogue } from '../../src/envelope/dialogue.ts';
import { makeManners } from '../../src/envelope/dialogue/manners.ts';
import { readSettings } from '../../src/index.ts';
import { TimerWheel } from '../../src/net/timer-wheel.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { openWayWorld } from '../../src/way.suite.ts';
import { runCases } from './cases.ts';
import { asArrived, canonical } from './pra.ts';

/** Our own cases; any other file of the format may be named. */
export const path = join(import.meta.dirname, 'submitter.json');

interface Case {
  readonly name: string;
  readonly mail: string;
  readonly message: string;
  readonly expect: {
    readonly mail: number;
    readonly data: number | null;
    readonly submitter: string | null;
    readonly returnPath: string | null;
  };
}

/** All that judges is off but for what RFC 4405 asks. */
const settings = checks
  .map(({ name }) =>
    name === 'submitter' || name === 'submitter-match'
      ? `[checks.${name}]\nrefuses = true\n`
      : `[checks.${name}]\nmode = "off"\n`,
  )
  .join('');

export function run(from: string) {
  return runCases(from, tryCase);
}

async function tryCase({ mail, message, expect }: Case): Promise<string | undefined> {
  const found = await converse(mail, message);
  const wrong: string[] = [];
  const compare = (what: string, is: unknown, wanted: unknown): void => {
    if (is !== wanted) wrong.push(`${what} ${String(is)}, expected ${String(wanted)}`);
  };
  compare('MAIL', found.mail, expect.mail);
  compare('DATA', found.data, expect.data);
  const { sender } = found;
  const given = sender?.submitter ?? (expect.submitter === null ? null : (sender?.address ?? null));
  compare('submitter', given && formatPath(given), expect.submitter === null ? null : canonical(expect.submitter));
  const wantsNone = expect.returnPath === null && (sender === undefined || found.data !== 250);
  if (!wantsNone) compare('return path', sender && formatPath(sender.address), pathOf(expect.returnPath));
  return wrong.length > 0 ? wrong.join('; ') : undefined;
}

/** The null path may be written as nothing, or as in the command. */
function pathOf(text: string | null): string {
  return text === null || text.trim() === '' || text.trim() === '<>' ? '' : canonical(text);
}

interface Found {
  readonly mail: number;
  readonly data: number | null;
  /** What the dialogue made of MAIL, as the queue has it where the message was taken. */
  readonly sender: Sender | undefined;
}

async function converse(mail: string, message: string): Promise<Found> {
  const world = await openWayWorld({
    dns: zoneDns({}),
    toml: settings,
    domains: ['receiver.example'],
    mailboxes: ['postbox'],
  });
  const client = clientAt('192.0.2.1', 25);
  const attempt = world.open(client, client, 'smtp');
  let said = '';
  let heard: Sender | undefined;
  const take = attempt.sender.bind(attempt);
  attempt.sender = sender => {
    heard = sender;
    return take(sender);
  };
  const dialogue = new Dialogue({
    attempt,
    transport: {
      write(bytes) {
        said += bytes.toString('latin1');
        return true;
      },
      pause() {},
      resume() {},
      startTls() {},
      leave() {},
      end() {},
    },
    manners: makeManners('mx.receiver.example', readSettings('').smtp, false),
    wheel: new TimerWheel(world.clock),
    log: silentLog,
  });
  /** The code of the reply to this; nothing real is waited for, so a few turns of the loop bring it. */
  const say = async (text: string | Buffer): Promise<number> => {
    said = '';
    dialogue.receive(typeof text === 'string' ? Buffer.from(`${text}\r\n`) : text);
    for (let turns = 0; turns < 10_000 && !/^\d{3} .*\r\n/m.test(said); turns++) await setImmediate();
    const code = /^(\d{3}) /m.exec(said)?.[1];
    if (code === undefined) throw new Error(`no reply to ${String(text).slice(0, 40)}`);
    return Number(code);
  };
  try {
    dialogue.open();
    await say('EHLO client.example');
    const mailReply = await say(mail.trim());
    if (mailReply !== 250) return { mail: mailReply, data: null, sender: undefined };
    const recipientReply = await say('RCPT TO:<postbox@receiver.example>');
    if (recipientReply !== 250) return { mail: mailReply, data: null, sender: heard };
    const goAhead = await say('DATA');
    if (goAhead !== 354) return { mail: mailReply, data: goAhead, sender: heard };
    const data = await say(dotted(message));
    const [queued] = await world.queue.list({ limit: 1 });
    return { mail: mailReply, data, sender: queued?.sender ?? heard };
  } finally {
    dialogue.ended();
  }
}

/** The message as DATA carries it (RFC 5321 4.5.2). */
function dotted(message: string): Buffer {
  const text = asArrived(message).toString('latin1');
  const ended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
  return Buffer.from(`${ended.replace(/^\./gm, '..')}.\r\n`, 'latin1');
}
