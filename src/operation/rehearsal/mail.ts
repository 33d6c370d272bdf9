// SPDX-License-Identifier: Apache-2.0
/** Mail — the messages of a play, each with when it comes, from whom, for whom, and how its sender goes about it. From the seed alone, before any policy is asked. */
import { chanceOf, type Chance } from './chance.ts';
import { letterOf } from './letter.ts';
import type { SenderClass } from './population.ts';
import type { Host, World, WorldSender } from './world.ts';

export interface Mail {
  readonly number: number;
  readonly classIndex: number;
  readonly sender: WorldSender;
  /** Milliseconds of the play. */
  readonly at: number;
  /** Return path; the null one is an empty text. */
  readonly from: string;
  readonly to: readonly string[];
  /** The first of this sender to us. */
  readonly isFirstContact: boolean;
  /** After `warmUpDays`. */
  readonly isCounted: boolean;
  readonly letter: (at: number) => string;
}

/** How one try is made; the n-th try of a message is the same whatever happened before. */
export interface Try {
  readonly host: Host;
  readonly patienceMs: number;
  readonly answerPatienceMs: number;
  readonly isEarly: boolean;
  readonly pipelining: SenderClass['pipelining'];
}

const dayMs = 86_400_000;

export function mailsOf(world: World): readonly Mail[] {
  const { population, senders } = world;
  const total = population.days * population.messagesPerDay;
  const shares = population.classes.reduce((sum, one) => sum + one.share, 0);
  const drafts = population.classes.flatMap((senderClass, classIndex) => {
    const chance = chanceOf(population.seed, senderClass.id, 'times');
    const messages = Math.round((total * senderClass.share) / shares);
    const pick = picker(senderClass, senders[classIndex] ?? []);
    return Array.from({ length: messages }, (_, inClass) => {
      const at = chance.next() * population.days * dayMs;
      return { at, classIndex, inClass, sender: pick(chance) };
    });
  });
  drafts.sort(
    (a, b) => a.at - b.at || idOf(population.classes, a) - idOf(population.classes, b) || a.inClass - b.inClass,
  );
  const met = new Set<WorldSender>();
  return drafts.flatMap(({ at, classIndex, inClass, sender }, number) => {
    const senderClass = population.classes[classIndex];
    if (!sender || !senderClass) return [];
    const isFirstContact = !met.has(sender);
    met.add(sender);
    const chance = chanceOf(population.seed, senderClass.id, 'mail', inClass);
    const from = returnPath(senderClass, sender, inClass, chance);
    const to = recipientsOf(world, senderClass, chance);
    const isRecognised = chance.happens(senderClass.recognised);
    const signedBy = senderClass.proof.isSigned ? sender.domain : undefined;
    const author = from === '' ? `mailer-daemon@${sender.domain}` : from;
    return [
      {
        number,
        classIndex,
        sender,
        at,
        from,
        to,
        isFirstContact,
        isCounted: at >= population.warmUpDays * dayMs,
        letter: (now: number) =>
          letterOf({
            from: author,
            to: to[0] ?? '',
            at: now,
            id: `${senderClass.id.toString(36)}.${inClass}`,
            isRecognised,
            signedBy,
            chance: chanceOf(population.seed, senderClass.id, 'letter', inClass),
          }),
      },
    ];
  });
}

/** Lists begin to hear of an address with its first message here, whatever the policy does with it. */
export function noteFirstTries(world: World, mails: readonly Mail[]): void {
  for (const host of world.hosts.values()) host.firstAt = Infinity;
  for (const mail of mails) {
    const { host } = tryOf(world, mail, 0);
    host.firstAt = Math.min(host.firstAt, mail.at);
  }
}

export function tryOf({ population }: World, mail: Mail, tries: number): Try {
  const { senderClass, seed } = classOf(population, mail);
  const steady = chanceOf(seed, senderClass.id, 'tries', mail.sender.number, mail.at);
  const first = steady.below(mail.sender.hosts.length);
  const chance = chanceOf(seed, senderClass.id, 'try', mail.sender.number, mail.at, tries);
  const drawn = chance.below(mail.sender.hosts.length);
  const at = { same: first, next: (first + tries) % mail.sender.hosts.length, any: tries === 0 ? first : drawn };
  const [anyHost] = mail.sender.hosts;
  const host = mail.sender.hosts[at[senderClass.retryFrom]] ?? anyHost;
  if (!host) throw new Error('a sender without an address');
  return {
    host,
    patienceMs: 1_000 * chance.from(senderClass.patienceSeconds),
    answerPatienceMs: 1_000 * chance.from(senderClass.answerPatienceSeconds),
    isEarly: chance.happens(senderClass.talksEarly),
    pipelining: senderClass.pipelining,
  };
}

/** When the next try comes, after the one with this number (from 0), in milliseconds after the first; undefined where it has given up. */
export function nextTryMs({ population }: World, mail: Mail, tries: number): number | undefined {
  const { senderClass, seed } = classOf(population, mail);
  const chance = chanceOf(seed, senderClass.id, 'wait', mail.sender.number, mail.at, tries);
  const { retry, retryJitter, giveUpHours } = senderClass;
  const wait = plannedMs(retry, tries + 1);
  if (wait === undefined) return undefined;
  const before = plannedMs(retry, tries) ?? 0;
  // Each step a little longer or shorter; the order of tries stays.
  const ms = wait + (wait - before) * retryJitter * (2 * chance.next() - 1);
  return ms <= giveUpHours * 3_600_000 ? Math.max(ms, before + 1) : undefined;
}

function plannedMs(retry: SenderClass['retry'], tries: number): number | undefined {
  if (tries === 0) return 0;
  switch (retry.schedule) {
    case 'none':
      return undefined;
    case 'minutes': {
      const { minutes } = retry;
      const last = minutes.at(-1) ?? 0;
      const step = last - (minutes.at(-2) ?? 0);
      const over = tries - minutes.length;
      return 60_000 * (over <= 0 ? (minutes[tries - 1] ?? last) : last + over * Math.max(step, 0.01));
    }
    case 'quadratic':
      return 1_000 * retry.seconds * tries * tries;
    case 'geometric': {
      let sum = 0;
      let wait = retry.firstMinutes;
      for (let i = 0; i < tries; i++) {
        sum += Math.min(wait, retry.mostMinutes);
        wait = Math.min(wait * retry.factor, retry.mostMinutes);
      }
      return 60_000 * sum;
    }
  }
}

function classOf({ classes, seed }: World['population'], { classIndex }: Mail) {
  const senderClass = classes[classIndex];
  if (!senderClass) throw new Error('a message without a class');
  return { senderClass, seed };
}

function idOf(classes: readonly SenderClass[], { classIndex }: { readonly classIndex: number }): number {
  return classes[classIndex]?.id ?? 0;
}

function picker(
  { popularity }: SenderClass,
  senders: readonly WorldSender[],
): (chance: Chance) => WorldSender | undefined {
  if (popularity === 'even') return chance => senders[chance.below(senders.length)];
  const sums: number[] = [];
  let sum = 0;
  for (let i = 1; i <= senders.length; i++) sums.push((sum += 1 / i));
  return chance => {
    const drawn = chance.next() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return senders[low];
  };
}

function returnPath({ sender }: SenderClass, { domain }: WorldSender, inClass: number, chance: Chance): string {
  const drawn = chance.below(1e9);
  switch (sender) {
    case 'one':
      return `info@${domain}`;
    case 'person':
      return `person${1 + (drawn % 20)}@${domain}`;
    case 'verp':
      return `bounces+${inClass}-${drawn.toString(36)}@${domain}`;
    case 'random':
      return `${drawn.toString(36)}@${domain}`;
    case 'null':
      return '';
  }
}

function recipientsOf({ receiver }: World, { recipients, to }: SenderClass, chance: Chance): readonly string[] {
  const count = Math.min(Math.max(1, Math.round(chance.from(recipients))), 100);
  const all = new Set<string>();
  for (let i = 0; i < count; i++) {
    const isUnknown = chance.happens(to.unknownShare);
    const drawn = chance.below(1e9);
    const known = receiver.mailboxes[drawn % receiver.mailboxes.length] ?? 'user1';
    all.add(`${isUnknown ? `guess${drawn.toString(36)}` : known}@${receiver.domain}`);
  }
  return [...all];
}
