// SPDX-License-Identifier: Apache-2.0
/** Quality desk — the live quality as commands show it, what receivers are to be asked, and their answers: into the record of the attempt, and into the learning log. */
import { formatAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Correct } from '../learning/correct.ts';
import type { Filter } from '../learning/filter.ts';
import { stateOf } from '../operation/quality/answers.ts';
import { isToBeAsked, unitsIn, type FrameRules, type Unit } from '../operation/quality/frame.ts';
import { frameRules } from '../operation/quality/frame-rules.ts';
import type { AuditShown, QualityDesk } from '../operation/quality/ports.ts';
import { eachUnit, survey } from '../operation/quality/survey.ts';
import type { KeptMessage } from '../operation/ports.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { AttemptRecord, RecordStore } from '../store/records/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { parseMailbox } from '../wire/smtp/path.ts';

export interface QualityDeskParts {
  readonly records: RecordStore;
  readonly directory: Pick<DirectoryStore, 'domains' | 'find'>;
  readonly state: Pick<StateStore, 'settle'>;
  readonly filter: { readonly log: Pick<Filter['log'], 'list'> };
  readonly clock: Clock;
  readonly random: Random;
  readonly markAt: number;
  readonly correct: Correct;
  readonly kept: (record: AttemptRecord) => Promise<KeptMessage | undefined>;
}

export function qualityDesk(parts: QualityDeskParts): QualityDesk {
  const { records, directory, state, filter, clock, random, markAt, correct, kept } = parts;
  const rules = (): Promise<FrameRules> => frameRules({ directory, state, markAt }, clock.now());
  const isOf = (mailbox: string, { recipient }: Unit): boolean => mailboxesOf(recipient, directory).has(mailbox);
  return {
    async survey(since, until) {
      const log = (query: Parameters<typeof filter.log.list>[0]) => filter.log.list(query);
      return survey({ ...(await rules()), records, log, random }, since, until);
    },
    async open(mailbox, since, limit) {
      const found: Unit[] = [];
      await eachUnit({ ...(await rules()), records }, since, clock.now(), units => {
        for (const unit of units)
          if (found.length < limit && isToBeAsked(unit) && (mailbox === undefined || isOf(mailbox, unit)))
            found.push(unit);
        return found.length < limit;
      });
      return Promise.all(found.map(unit => shown(unit, parts)));
    },
    async answer(id, label, by, mailbox) {
      const record = await records.get(id.replace(/-\d+$/, ''));
      const unit = record && unitsIn(record, await rules()).find(one => one.id === id);
      if (!record || !unit || (mailbox !== undefined && !isOf(mailbox, unit))) return undefined;
      if (!isToBeAsked(unit)) return 'not-asked';
      const state = stateOf([...unit.answers, label], unit.isMarked);
      records.append(record.id, [
        { at: clock.now(), kind: 'audited', audit: id, recipient: unit.recipient, label, by },
      ]);
      await records.flush();
      if (state === 'again') return state;
      const message = await kept(record);
      const settled = (state === 'wrong') === unit.isMarked ? 'ham' : 'spam';
      if (message) await correct(message.bytes, settled, by);
      return state === 'unasked' ? 'not-asked' : state;
    },
  };
}

/** Aliases followed: the owner of the mailbox is asked. */
function mailboxesOf(recipient: string, directory: QualityDeskParts['directory']): ReadonlySet<string> {
  const address = parseMailbox(recipient);
  const found = address && directory.find(address);
  const targets = found?.kind === 'known' ? found.targets.map(target => formatAddress(target.address)) : [];
  return new Set([recipient, ...targets].map(one => one.toLowerCase()));
}

/** What the receiver sees: nothing of what we thought of it. */
async function shown(unit: Unit, { records, kept }: QualityDeskParts): Promise<AuditShown> {
  const { id, recipient, at, state } = unit;
  const record = await records.get(unit.attemptId);
  const message = record && (await kept(record));
  const headers = message && parseMessage(message.bytes.subarray(0, 65_536)).headers;
  const text = (name: string): string => headers?.first(name)?.text.slice(0, 200) ?? '';
  return { id, recipient, at, isAgain: state === 'again', from: text('from'), subject: text('subject') };
}
