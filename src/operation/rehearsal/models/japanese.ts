// SPDX-License-Identifier: Apache-2.0
/** Two Japanese designs that look at the client's name (S25R): taRgrey (佐藤潔) with its tarpit, and お馴染みさん方式 (前野年紀) as it knows clients by their address. */
import type { Gate, Model } from '../ports.ts';
import { bytesOf, clientName, looksLikeEndUser, Pause, refusal } from './gate.ts';
import { postgreyList } from './postgrey.ts';

const tarpitMs = 125_000;

export const targrey: Model = {
  name: 'targrey',
  says: {
    en: 'taRgrey: who looks like an end user is tarpitted for 125 s, and put off if it hung up',
    ja: 'taRgrey（S25R に合えば 125 秒のタールピット、切断したら greylisting）',
  },
  sources: [
    'taRgrey 0.31: --tarpit=125 --targrey --delay=3600 --retry-count=2 (k2net.hakuba.jp/targrey)',
    'a client that stayed through the tarpit counts towards the white list of postgrey (5)',
  ],
  open(stage) {
    const list = postgreyList(stage, { delayMs: 3_600_000, retries: 2 });
    const waited = new Map<string, number>();
    const hungUp = new Map<string, true>();
    return {
      stateBytes: () => list.stateBytes() + bytesOf([waited, hungUp]),
      gate(ip): Gate {
        const pause = new Pause(stage.clock);
        let sender = '';
        const held: string[] = [];
        return {
          sender(address) {
            sender = address;
            return undefined;
          },
          async recipient(address) {
            if (stage.isFamous(ip) || held.length > 0 || (waited.get(ip) ?? 0) >= 5) return undefined;
            if (!looksLikeEndUser(await clientName(stage, ip))) return undefined;
            if (hungUp.has(`${ip}/${sender}/${address}`))
              return list.passes(ip, sender, address)
                ? undefined
                : refusal(450, '4.2.0', 'Greylisted, please try again later');
            held.push(address);
            await pause.wait(tarpitMs);
            return undefined;
          },
          // smtpd_data_restrictions: whoever is still there has waited.
          data() {
            if (held.length > 0) waited.set(ip, (waited.get(ip) ?? 0) + 1);
            held.length = 0;
          },
          gone: () => pause.gone(),
          closed() {
            for (const address of held) {
              hungUp.set(`${ip}/${sender}/${address}`, true);
              list.passes(ip, sender, address);
            }
          },
        };
      },
    };
  },
};

export const familiarIp: Model = {
  name: 'familiar-ip',
  says: {
    en: 'familiar hosts by address: a stranger that looks like an end user is put off once',
    ja: 'お馴染みさん方式（IP アドレスで覚え、怪しい初対面は一度断る）',
  },
  // The original speaks of slow answers and one refusal, and gives no numbers for either; 10 s and any later time are assumed here.
  sources: [
    '前野年紀, お馴染みさん方式 (qmail): slow answer, deferred once, a host that comes back is familiar for good; waits assumed',
  ],
  open(stage) {
    const seen = new Map<string, 'once' | 'familiar'>();
    return {
      stateBytes: () => bytesOf([seen]),
      gate(ip): Gate {
        const pause = new Pause(stage.clock);
        let isPutOff = false;
        return {
          async connect() {
            if (stage.isFamous(ip) || seen.get(ip) === 'familiar') return undefined;
            if (!looksLikeEndUser(await clientName(stage, ip))) return undefined;
            isPutOff = seen.get(ip) !== 'once';
            await pause.wait(10_000);
            return undefined;
          },
          recipient() {
            if (isPutOff) {
              seen.set(ip, 'once');
              return refusal(450, '4.7.1', 'Please try again later');
            }
            if (seen.get(ip) === 'once') seen.set(ip, 'familiar');
            return undefined;
          },
          gone: () => pause.gone(),
        };
      },
    };
  },
};
