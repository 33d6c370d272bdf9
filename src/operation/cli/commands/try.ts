// SPDX-License-Identifier: Apache-2.0
/**
 * `sekisho try SESSION` — a fake SMTP session against the real dialogue and checks that explains each decision, as `exim -bh` does.
 * Nothing is delivered, nothing is learned. A session is what a client would say, a line each; `# client 192.0.2.1` sets who says it.
 */
import { readFile } from 'node:fs/promises';
import { normaliseIp } from '../../../core/ip.ts';
import { cannotRead, notAnAddress } from '../../mistake.ts';
import type { Conversation, Workplace } from '../../ports.ts';
import { explainEvent } from '../../explain.ts';
import { exit, textOption, within, type Command, type Context } from '../command.ts';
import { cut, sentence } from '../words.ts';

export const tryCommand: Command = {
  name: 'try',
  takes: '[session]',
  says: sentence(
    'play an SMTP session and explain each decision; nothing is delivered',
    'SMTP の対話を試し、判断を一つずつ説明する（配送はしない）',
  ),
  options: [{ flags: '--client <ip>', says: sentence('who connects', '接続元のアドレス'), initial: '192.0.2.1' }],
  run: (context, [file], options) =>
    within(context, async place => {
      const text = file === undefined || file === '-' ? await context.input() : await readSession(file);
      // What stands after the last line end is a line too, if it is not empty.
      const lines = text.toString('latin1').split(/\r?\n/);
      if (lines.at(-1) === '') lines.pop();
      const named = lines.map(line => /^#\s*client\s+(\S+)/.exec(line)?.[1]).find(Boolean);
      const client = normaliseIp(named ?? textOption(options, 'client') ?? '');
      if (!client) throw notAnAddress(named ?? textOption(options, 'client') ?? '');
      await play(context, place, client, lines);
      return exit.ok;
    }),
};

async function play(context: Context, place: Workplace, client: string, lines: readonly string[]): Promise<void> {
  const listener = new Listener();
  const conversation = place.converse(client, words => listener.hear(words));
  const told = new Teller(context, place, conversation);
  await told.reply(listener);
  let inData = false;
  for (const line of lines) {
    // In a message it is a line like any other.
    if (!inData && line.startsWith('#')) continue;
    context.out(`C: ${cut(line, 400)}\n`);
    conversation.hear(Buffer.from(`${line}\r\n`, 'latin1'));
    if (inData && line !== '.') continue;
    const code = await told.reply(listener);
    inData = code === '354';
    if (code === '' || conversation.isOver()) break;
  }
  conversation.end();
  told.events();
}

/** Gathers what the server says until a reply is whole. */
class Listener {
  #text = '';
  #wake: (() => void) | undefined;

  hear(words: string): void {
    this.#text += words;
    this.#wake?.();
  }

  /** The next whole reply; undefined after 30 s without one. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#text);
      if (whole) {
        this.#text = this.#text.slice(whole[0].length);
        return whole[0];
      }
      const woken = await Promise.race([
        new Promise<true>(resolve => (this.#wake = () => resolve(true))),
        delay(30_000),
      ]);
      if (!woken) return undefined;
    }
  }
}

class Teller {
  readonly #context: Context;
  readonly #place: Workplace;
  readonly #conversation: Conversation;
  #seen = 0;

  constructor(context: Context, place: Workplace, conversation: Conversation) {
    this.#context = context;
    this.#place = place;
    this.#conversation = conversation;
  }

  async reply(listener: Listener): Promise<string> {
    const reply = await listener.next();
    this.events();
    if (reply === undefined) {
      this.#context.err(
        `${this.#context.say(sentence('No answer within 30 seconds.', '30 秒待っても応答がない。'))}\n`,
      );
      return '';
    }
    for (const line of reply.trimEnd().split(/\r?\n/)) this.#context.out(`S: ${line}\n`);
    return reply.trimEnd().split(/\r?\n/).pop()?.slice(0, 3) ?? '';
  }

  events(): void {
    const events = this.#conversation.events();
    for (const event of events.slice(this.#seen)) {
      for (const line of explainEvent(event, symbol => this.#place.says(symbol), this.#context.language))
        this.#context.out(`   · ${line}\n`);
    }
    this.#seen = events.length;
  }
}

async function readSession(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw cannotRead(file, cause);
  });
}

function delay(ms: number): Promise<false> {
  return new Promise(resolve => {
    setTimeout(() => resolve(false), ms).unref();
  });
}
