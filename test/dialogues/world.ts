// SPDX-License-Identifier: Apache-2.0
/** World — the directory all dialogues assume, and an attempt that knows nothing but it. Remembers what it was given. */
import type { Address } from '../../src/core/address.ts';
import type { WireNotes } from '../../src/core/message.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Oddity } from '../../src/core/conduct.ts';
import type { Attempt, Ending, MessageSink } from '../../src/envelope/ports.ts';
import { relayDisguise } from '../../src/wire/smtp/relay-disguise.ts';

export const ourDomains = ['example.jp', 'xn--wgv71a.example.jp'];
export const mailboxes = [
  'alice',
  'bob',
  'postmaster',
  'hanako..suzuki.',
  "o'brien+tag=x",
  'john "jack" smith',
  '花子',
];

export const attemptId = '01hx0000000000ab';

export interface Accepted {
  readonly sender: Address | null;
  readonly recipients: readonly Address[];
  readonly bytes: Buffer;
  readonly notes: WireNotes;
}

export interface Witnessed {
  readonly accepted: readonly Accepted[];
  /** Every call, in order, by name. */
  readonly calls: readonly string[];
  readonly ending: Ending | undefined;
}

export class WorldAttempt implements Attempt, Witnessed {
  readonly id = attemptId;
  readonly accepted: Accepted[] = [];
  readonly calls: string[] = [];
  readonly oddities: Oddity[] = [];
  ending: Ending | undefined;
  readonly #isSlow: boolean;
  #sender: Address | null = null;
  #recipients: Address[] = [];
  #isAnswering = false;

  constructor({ isSlow = false } = {}) {
    this.#isSlow = isSlow;
  }

  connect() {
    return this.#answer('connect', undefined);
  }

  hello() {
    this.#forget();
    return this.#answer('hello', undefined);
  }

  secured() {
    this.#forget();
    this.calls.push('secured');
  }

  sender(sender: { readonly address: Address | null }) {
    this.#forget();
    this.#sender = sender.address;
    return this.#answer('sender', undefined);
  }

  recipient({ address }: { readonly address: Address }) {
    const refusal = refusalOf(address);
    if (!refusal) this.#recipients.push(address);
    return this.#answer('recipient', refusal);
  }

  data() {
    const pieces: Buffer[] = [];
    const sink: MessageSink = {
      write: piece => {
        pieces.push(Buffer.from(piece));
        return this.#isSlow && pieces.length % 3 === 0 ? new Promise(done => setImmediate(done)) : undefined;
      },
      end: async notes => {
        this.accepted.push({ sender: this.#sender, recipients: this.#recipients, bytes: Buffer.concat(pieces), notes });
        this.calls.push('end');
        return { code: 250, enhanced: '2.0.0', lines: ['Accepted'] };
      },
      abandon: () => this.calls.push('abandon'),
    };
    return this.#answer('data', sink);
  }

  reset() {
    this.#forget();
    this.calls.push('reset');
  }

  refused(command: string, reply: Reply) {
    this.calls.push(`refused ${command} ${reply.code}`);
  }

  noticed(oddity: Oddity) {
    this.oddities.push(oddity);
  }

  close(how: Ending) {
    if (this.#isAnswering) throw new Error('closed while answering');
    if (this.ending) throw new Error('closed twice');
    this.ending = how;
    this.calls.push(`close ${how}`);
  }

  #forget() {
    this.#sender = null;
    this.#recipients = [];
  }

  #answer<T>(call: string, value: T): T | Promise<T> {
    if (this.#isAnswering) throw new Error(`${call} while answering`);
    this.calls.push(call);
    if (!this.#isSlow) return value;
    this.#isAnswering = true;
    return new Promise(done => {
      setImmediate(() => {
        this.#isAnswering = false;
        done(value);
      });
    });
  }
}

function refusalOf(address: Address): Reply | undefined {
  const isOurs = ourDomains.includes(address.domain) || address.domain === '';
  if (isOurs && mailboxes.includes(address.local.toLowerCase())) return undefined;
  return !isOurs || relayDisguise(address)
    ? { code: 550, enhanced: '5.7.1', lines: ['Relaying denied'] }
    : { code: 550, enhanced: '5.1.1', lines: ['No such mailbox'] };
}
