// SPDX-License-Identifier: Apache-2.0
/**
 * A rehearsal's models beside what they are models of: one small population is played in real time against the real postscreen and postgrey of
 * Debian, and as events against the models with the same times. Clients are named by PROXY; waits are seconds where they are minutes elsewhere.
 */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { readSettings } from '../../src/index.ts';
import { EventClock } from '../../src/operation/rehearsal/event-clock.ts';
import { figuresOf } from '../../src/operation/rehearsal/figures.ts';
import { postgreyList } from '../../src/operation/rehearsal/models/postgrey.ts';
import { openPostscreen } from '../../src/operation/rehearsal/models/postscreen.ts';
import { refusal } from '../../src/operation/rehearsal/models/gate.ts';
import { play, type Played } from '../../src/operation/rehearsal/play.ts';
import { readPopulation } from '../../src/operation/rehearsal/population.ts';
import type { Ear, Gate, Line, Model, Rehearsed, Time } from '../../src/operation/rehearsal/ports.ts';
import { tableOf } from '../../src/operation/rehearsal/table.ts';
import { buildWorld } from '../../src/operation/rehearsal/world.ts';
import { rehearsedModel } from '../../src/workplace/rehearsal/desk.ts';
import { startPostfix, whyNoPostfix, type PostfixOptions } from './postfix.ts';
import { startPostgrey, whyNoPostgrey } from './postgrey.ts';

const greetSeconds = 3;
const delaySeconds = 8;

/** Ninety seconds of arrivals; whoever comes back does so well before or well after the greylist's border. */
const mini = `
seed = 11
days = 0.001
messagesPerDay = 70000
receiver = { mailboxes = 4 }

[[classes]]
name = "servers"
truth = "ham"
share = 4
senders = 6
domain = "office{n}.example"
addresses = { networks = ["198.51.100.0/24"] }
reverse = { form = "missing" }
hello = "mail.{domain}"
proof = { spf = "none" }
sender = "one"
retry = { schedule = "minutes", minutes = [0.25, 0.5, 0.75] }
retryJitter = 0
giveUpHours = 0.02

[[classes]]
name = "pool"
truth = "ham"
share = 1
senders = 1
domain = "pool{n}.example"
addresses = { networks = ["203.0.113.0/24", "192.0.2.0/24"], perSender = 5, isScattered = true }
reverse = { form = "missing" }
hello = "mta.{domain}"
proof = { spf = "none" }
sender = "verp"
retry = { schedule = "minutes", minutes = [0.25, 0.5, 0.75] }
retryFrom = "any"
retryJitter = 0
giveUpHours = 0.02

[[classes]]
name = "impatient bots"
truth = "spam"
share = 3
senders = 12
domain = "bot{n}.example"
addresses = { networks = ["240.0.0.0/8"] }
reverse = { form = "missing" }
hello = "bot{n}"
proof = { spf = "none" }
patienceSeconds = 1
retry = { schedule = "none" }

[[classes]]
name = "early bots"
truth = "spam"
share = 3
senders = 12
domain = "early{n}.example"
addresses = { networks = ["241.0.0.0/8"] }
reverse = { form = "missing" }
hello = "early{n}"
proof = { spf = "none" }
talksEarly = 1
retry = { schedule = "none" }

[[classes]]
name = "bots that come back too soon"
truth = "spam"
share = 3
senders = 12
domain = "soon{n}.example"
addresses = { networks = ["242.0.0.0/8"] }
reverse = { form = "missing" }
hello = "soon{n}"
proof = { spf = "none" }
retry = { schedule = "minutes", minutes = [0.03] }
retryJitter = 0
giveUpHours = 0.0006
`;

/** Time as it passes. */
class RealTime implements Time {
  readonly #startedAt = systemClock.monotonic();
  #check = (): void => {};

  now = (): number => systemClock.now();
  monotonic = (): number => systemClock.monotonic() - this.#startedAt;
  hold = () => () => {};

  after(waitMs: number, work: () => void) {
    const timer = setTimeout(() => {
      work();
      this.#check();
    }, waitMs);
    return { cancel: () => clearTimeout(timer) };
  }

  callAfter(waitMs: number, work: (over: () => void) => void): void {
    this.after(Math.max(0, waitMs), () => work(() => setImmediate(() => this.#check())));
  }

  runUntil(isOver: () => boolean): Promise<boolean> {
    return new Promise(resolve => {
      this.#check = () => {
        if (isOver()) resolve(true);
      };
    });
  }
}

function callFrom(ip: string, port: number, ear: Ear): Line {
  let hasHungUp = false;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.write(`PROXY TCP4 ${ip} 127.0.0.1 1024 25\r\n`);
  socket.on('data', chunk => void (hasHungUp || ear.hear(chunk.toString('latin1'))));
  socket.on('error', () => {});
  socket.on('close', () => void (hasHungUp || ear.over()));
  return {
    say: words => void socket.write(words, 'latin1'),
    hangUp() {
      hasHungUp = true;
      socket.destroySoon();
    },
  };
}

/** A real Postfix as something that is rehearsed. */
function realPostfix(name: string, lines: readonly string[], postgreyPort?: number): Rehearsed {
  return {
    name,
    says: { en: name, ja: name },
    async open({ receiver }) {
      const options: PostfixOptions = {
        domains: [receiver.domain],
        postscreen: true,
        mainCf: [
          'postscreen_upstream_proxy_protocol = haproxy',
          'postscreen_greet_action = enforce',
          `postscreen_greet_wait = ${greetSeconds}s`,
          'smtpd_peername_lookup = no',
          ...(postgreyPort === undefined
            ? []
            : [
                `smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:${postgreyPort}`,
              ]),
          ...lines,
        ],
      };
      const postfix = await startPostfix(options);
      return {
        door: { call: (ip, ear) => callFrom(ip, postfix.port, ear) },
        stateBytes: async () => 0,
        close: () => postfix.stop(),
      };
    },
  };
}

/** One behind the other, as postscreen hands on to smtpd. */
function modelOf(name: string, isDeep: boolean, hasPostgrey: boolean): Model {
  return {
    name,
    says: { en: name, ja: name },
    sources: [],
    open(stage) {
      const screen = openPostscreen(stage, { isDeep, greetWaitMs: 1_000 * greetSeconds });
      const list = postgreyList(stage, { delayMs: 1_000 * delaySeconds });
      return {
        stateBytes: () => 0,
        gate(ip): Gate {
          const gate = screen.gate(ip);
          let sender = '';
          return {
            ...gate,
            sender(address) {
              sender = address;
              return undefined;
            },
            recipient: async address =>
              (await gate.recipient?.(address)) ??
              (hasPostgrey && !list.passes(ip, sender, address) ? refusal(450, '4.2.0', 'Greylisted') : undefined),
          };
        },
      };
    },
  };
}

/** What became of each try, without its times: a machine is never as exact as a model. */
const fates = ({ tried }: Played) =>
  tried
    .map(
      one => `${one.mail}.${one.tries} ${one.ip} ${one.fates.map(({ stage, code }) => `${stage} ${code}`).join(', ')}`,
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

const why = whyNoPostfix() ?? whyNoPostgrey();
const read = readPopulation(mini);
assert.ok(read.ok, read.ok ? '' : read.problems.join('\n'));
const population = read.value;
const config = readSettings('');

describe('models of postscreen and postgrey', { skip: why ?? false }, () => {
  it('do to each try what the real ones do', async t => {
    const postgrey = await startPostgrey(delaySeconds);
    const deepLines = ['pipelining', 'non_smtp_command', 'bare_newline'].map(test => `postscreen_${test}_enable = yes`);
    try {
      const real = await Promise.all(
        [
          realPostfix('real postscreen + postgrey', [], postgrey.port),
          realPostfix('real postscreen, deep', deepLines),
        ].map(one => play(buildWorld(population), one, new RealTime(), { keepsTried: true })),
      );
      const modelled: Played[] = [];
      for (const model of [modelOf('model', false, true), modelOf('model, deep', true, false)])
        modelled.push(
          await play(buildWorld(population), rehearsedModel(model, config.smtp), new EventClock(), {
            keepsTried: true,
          }),
        );
      for (const line of tableOf(
        [real[0], modelled[0], real[1], modelled[1]].flatMap(one => (one ? [figuresOf(population, one)] : [])),
        'en',
      ).split('\n'))
        t.diagnostic(line);
      assert.deepEqual(real.map(fates), modelled.map(fates));
    } finally {
      await postgrey.stop();
    }
  });
});
