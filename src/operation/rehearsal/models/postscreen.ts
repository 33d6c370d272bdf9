// SPDX-License-Identifier: Apache-2.0
/**
 * postscreen — a greet pause with DNS lists beside it, and on request "deep" tests of the dialogue, whose first passer has to come again.
 * As Postfix 3.7's postscreen(8) with its defaults, and with `enforce` for the pregreet and DNSBL tests, as everybody who runs it has it.
 */
import type { Gate, Model, Stage } from '../ports.ts';
import { bytesOf, isListed, Pause, refusal } from './gate.ts';

// postscreen_greet_wait, _greet_ttl, _dnsbl_max_ttl; the deep tests' _ttl.
const usualGreetWaitMs = 6_000;
const greetTtlMs = 86_400_000;
const dnsblTtlMs = 3_600_000;
const deepTtlMs = 30 * 86_400_000;

export const postscreen: Model = {
  name: 'postscreen',
  says: {
    en: 'postscreen 3.7: pause of 6 s, block and allow lists',
    ja: 'postscreen 3.7（6 秒待ち、DNS ブラックリストと DNS ホワイトリスト）',
  },
  sources: [
    'postscreen(8), postconf(5) 3.7: postscreen_greet_wait 6s, _greet_ttl 1d, _dnsbl_max_ttl 1h, _dnsbl_threshold 1',
  ],
  open: stage => openPostscreen(stage),
};

export const postscreenDeep: Model = {
  name: 'postscreen-deep',
  says: { en: 'the same with the tests of the dialogue', ja: 'postscreen の深い検査も使う' },
  sources: [
    'postscreen(8): "after 220 greeting" tests; postscreen_pipelining_ttl, _non_smtp_command_ttl, _bare_newline_ttl 30d',
  ],
  open: stage => openPostscreen(stage, { isDeep: true }),
};

interface Passed {
  greetUntil: number;
  dnsblUntil: number;
  deepUntil: number;
}

export interface PostscreenOptions {
  readonly isDeep?: boolean;
  readonly greetWaitMs?: number;
}

export function openPostscreen(
  stage: Pick<Stage, 'clock' | 'dns' | 'lists'>,
  { isDeep = false, greetWaitMs = usualGreetWaitMs }: PostscreenOptions = {},
) {
  const { clock } = stage;
  const passed = new Map<string, Passed>();
  return {
    stateBytes: () => bytesOf([passed]),
    gate(ip: string): Gate {
      const pause = new Pause(clock);
      let talkedEarly = false;
      let pipelined = false;
      let isBlocked = false;
      let isKnown = false;
      /** As it was when the client came: what another connection of it passes meanwhile does not help this one. */
      let found: Passed | undefined;
      /** Whether the deep tests are made in this connection: then it cannot be handed on. */
      let isExamined = false;
      return {
        async connect() {
          const now = clock.now();
          found = passed.get(ip);
          isKnown =
            found !== undefined &&
            found.greetUntil > now &&
            found.dnsblUntil > now &&
            (!isDeep || found.deepUntil > now);
          if (isKnown) return undefined;
          // postscreen_dnsbl_allowlist_threshold: who is on an allow list passes without the other tests.
          const [isAllowed, isListedNow] = await Promise.all([
            isListed(stage, ip, 'allow'),
            isListed(stage, ip, 'block'),
          ]);
          if (isAllowed && !isListedNow) {
            isKnown = true;
            return undefined;
          }
          isBlocked = isListedNow;
          await pause.wait(greetWaitMs);
          return undefined;
        },
        hello() {
          // Whoever hung up in the pause has passed nothing.
          if (isKnown || talkedEarly || isBlocked) return undefined;
          const now = clock.now();
          const isDeepDone = found !== undefined && found.deepUntil > now;
          const deepUntil = Math.max(found?.deepUntil ?? 0, passed.get(ip)?.deepUntil ?? 0);
          passed.set(ip, { greetUntil: now + greetTtlMs, dnsblUntil: now + dnsblTtlMs, deepUntil });
          isExamined = isDeep && !isDeepDone;
          return undefined;
        },
        recipient() {
          if (isKnown) return undefined;
          if (isBlocked) return refusal(550, '5.7.1', 'Service unavailable; client blocked');
          if (talkedEarly) return refusal(550, '5.5.1', 'Protocol error');
          if (!isExamined) return undefined;
          if (pipelined) return refusal(550, '5.5.1', 'Protocol error');
          const now = passed.get(ip);
          if (now) passed.set(ip, { ...now, deepUntil: clock.now() + deepTtlMs });
          return refusal(450, '4.3.2', 'Service currently unavailable');
        },
        noticed(oddity) {
          if (oddity === 'unauthorised-pipelining') pipelined = true;
          else {
            talkedEarly = true;
            pause.end();
          }
        },
        gone: () => pause.gone(),
      };
    },
  };
}
