// SPDX-License-Identifier: Apache-2.0
/** Play — every message of a world is tried on one policy, and tried again as its sender does, until it is taken, refused for good or given up. */
import { makeCall, type CallResult, type Fate } from './caller.ts';
import { chanceOf } from './chance.ts';
import { lessonsFor } from './letter.ts';
import { mailsOf, nextTryMs, noteFirstTries, tryOf, type Mail } from './mail.ts';
import type { Rehearsed, Stage, Time } from './ports.ts';
import type { World } from './world.ts';
import { worldDns } from './zone.ts';

/** One connection. */
export interface Tried extends CallResult {
  readonly mail: number;
  /** From 0. */
  readonly tries: number;
  readonly ip: string;
  /** When it called, milliseconds of the play. */
  readonly at: number;
}

/** How one message fared. */
export interface Story {
  readonly mail: Mail;
  readonly tries: number;
  /** Whether any of its recipients exists: else nothing can be lost. */
  readonly hasReceiver: boolean;
  /** Milliseconds after its first try at which the last of its existing recipients was served; undefined if that never came. */
  readonly deliveredAfterMs: number | undefined;
  /** Whether DATA was let happen for any of its recipients. */
  readonly reachedData: boolean;
  /** What was said last to those who were not served. */
  readonly last: Fate | undefined;
}

export interface Played {
  readonly policy: string;
  readonly stories: readonly Story[];
  readonly attempts: number;
  readonly heldMs: number;
  readonly dnsQueries: number;
  readonly stateBytes: number;
  readonly cpuSeconds: number;
  /** Each connection in the order of its end, if asked for. */
  readonly tried: readonly Tried[];
}

export interface PlayOptions {
  readonly cpuSeconds?: () => number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly keepsTried?: boolean;
}

interface Open {
  readonly mail: Mail;
  waiting: readonly string[];
  tries: number;
  reachedData: boolean;
  last: Fate | undefined;
  readonly served: Set<string>;
  servedAt: number;
}

export async function play(
  world: World,
  rehearsed: Rehearsed,
  clock: Time,
  { cpuSeconds = () => 0, onProgress = () => {}, keepsTried = false }: PlayOptions = {},
): Promise<Played> {
  const mails = mailsOf(world);
  noteFirstTries(world, mails);
  const dns = worldDns(world, clock);
  const policy = await rehearsed.open(stageOf(world, clock, dns));
  const stories: Story[] = [];
  const tried: Tried[] = [];
  let attempts = 0;
  let heldMs = 0;
  try {
    const end = (open: Open): void => {
      stories.push(storyOf(world, open));
      onProgress(stories.length, mails.length);
    };
    const attempt = (open: Open, over: () => void): void => {
      const { mail, tries, waiting } = open;
      const how = tryOf(world, mail, tries);
      const at = clock.monotonic();
      attempts++;
      makeCall({
        clock,
        how,
        from: mail.from,
        to: waiting,
        letter: () => mail.letter(clock.now()),
        dial: ear => policy.door.call(how.host.ip, ear),
        onEnd(result) {
          over();
          heldMs += result.heldMs;
          if (keepsTried) tried.push({ ...result, mail: mail.number, tries, ip: how.host.ip, at });
          note(open, result, clock.monotonic());
          const next = open.waiting.length > 0 ? nextTryMs(world, mail, tries) : undefined;
          if (next === undefined) return end(open);
          open.tries++;
          clock.callAfter(mail.at + next - clock.monotonic(), whenOver => attempt(open, whenOver));
        },
      });
    };
    const queries = dns.queries;
    const cpu = cpuSeconds();
    // One timer at a time for what is still to come: a heap of all messages would slow every other timer.
    const schedule = (index: number): void => {
      const mail = mails[index];
      if (!mail) return;
      clock.callAfter(mail.at - clock.monotonic(), over => {
        schedule(index + 1);
        const open = { waiting: mail.to, tries: 0, reachedData: false, last: undefined, served: new Set<string>() };
        attempt({ ...open, mail, servedAt: 0 }, over);
      });
    };
    schedule(0);
    await clock.runUntil(() => stories.length === mails.length);
    return {
      policy: rehearsed.name,
      stories: stories.sort((a, b) => a.mail.number - b.mail.number),
      attempts,
      heldMs,
      dnsQueries: dns.queries - queries,
      stateBytes: await policy.stateBytes(),
      cpuSeconds: cpuSeconds() - cpu,
      tried,
    };
  } finally {
    await policy.close();
  }
}

function note(open: Open, { fates }: CallResult, now: number): void {
  const again: string[] = [];
  for (const fate of fates) {
    if (fate.stage === 'message' || fate.stage === 'accepted') open.reachedData = true;
    if (fate.stage === 'accepted') {
      open.served.add(fate.to);
      open.servedAt = now;
      continue;
    }
    open.last = fate;
    if (fate.code < 500) again.push(fate.to);
  }
  open.waiting = again;
}

function storyOf({ receiver }: World, { mail, tries, reachedData, last, served, servedAt }: Open): Story {
  const existing = mail.to.filter(to => receiver.mailboxes.includes(to.slice(0, to.indexOf('@'))));
  const isDelivered = existing.length > 0 && existing.every(to => served.has(to));
  return {
    mail,
    tries: tries + 1,
    hasReceiver: existing.length > 0,
    deliveredAfterMs: isDelivered ? servedAt - mail.at : undefined,
    reachedData,
    last,
  };
}

function stageOf(world: World, clock: Time, dns: Stage['dns']): Stage {
  const { receiver, population, hosts } = world;
  return {
    clock,
    dns,
    receiver,
    lists: population.lists,
    isFamous: ip => hosts.get(ip)?.isFamous ?? false,
    countryOf: ip => hosts.get(ip)?.country,
    lessons: lessonsFor(chanceOf(population.seed, 'lessons'), receiver.domain, clock.now()),
  };
}
