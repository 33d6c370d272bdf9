// SPDX-License-Identifier: Apache-2.0
/**
 * Replay — what stands in the record, weighed by another configuration: who would newly be stopped, who would newly pass. What a check found then is
 * believed as long as its settings are the same; checks that are new, or set otherwise, are asked again. What needs a text that is no longer kept is not decided.
 */
import type { Assembly } from '../../check/assembly.ts';
import type { Outcome } from '../../check/run.ts';
import type { AttemptRecord, RecordEvent, RecordStore } from '../../store/records/contract.ts';
import type { Policy } from '../../verdict/policy.ts';
import { actions, type Action } from '../../verdict/verdict.ts';
import { weigh } from '../../verdict/weigh.ts';
import { floodIn } from '../explain-flood.ts';
import { outcomesOf, readVerdict, type PastVerdict } from './past.ts';

export interface Judging {
  readonly assembly: Assembly;
  readonly policy: Policy;
}

/** One recipient of one transaction, as the record tells it. */
export interface PastJudgement {
  readonly record: AttemptRecord;
  readonly at: number;
  readonly transaction: number | undefined;
  readonly client: string;
  readonly hello: string;
  /** The null sender is `<>`. */
  readonly sender: string;
  readonly recipient: string;
  readonly verdict: PastVerdict;
  /** Whether the text had come. */
  readonly hasText: boolean;
  readonly queueId: string | undefined;
}

/** Asks those checks again whose word of then does not count. */
export interface Asking {
  readonly before: Judging;
  readonly after: Judging;
  /** The names of those checks. */
  readonly changed: ReadonlySet<string>;
  /** From connect to recipient; and further checks whose word of then does not count in this case. */
  envelope(
    past: PastJudgement,
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly stale: ReadonlySet<string> }>;
  /** Of the text; undefined where it is not kept. */
  text(past: PastJudgement): Promise<readonly Outcome[] | undefined>;
}

export interface Change {
  readonly id: string;
  readonly at: number;
  readonly client: string;
  readonly sender: string;
  readonly recipient: string;
  readonly before: Action;
  readonly after: Action;
  /** The symbol that stopped it then, or does now; absent where it was the score. */
  readonly because?: string;
  /** It was stopped before its text came: what the text would come to is not known. */
  readonly isTextUnknown: boolean;
}

export interface ReplayResult {
  readonly attempts: number;
  readonly judgements: number;
  readonly unchanged: number;
  readonly newlyStopped: readonly Change[];
  readonly newlyPassed: readonly Change[];
  /** Between inbox and Junk, or between one refusal and another. */
  readonly otherwise: readonly Change[];
  readonly notDecidable: { readonly text: number; readonly unavailable: number; readonly counted: number };
}

const dayMs = 86_400_000;
const pageLimit = 2_000;

export async function replay(
  records: Pick<RecordStore, 'search'>,
  asking: Asking,
  {
    since,
    until,
    onProgress,
  }: { readonly since: number; readonly until: number; readonly onProgress: (at: number) => void },
): Promise<ReplayResult> {
  const lists: Record<'newlyStopped' | 'newlyPassed' | 'otherwise', Change[]> = {
    newlyStopped: [],
    newlyPassed: [],
    otherwise: [],
  };
  const notDecidable = { text: 0, unavailable: 0, counted: 0 };
  let [attempts, judgements, unchanged] = [0, 0, 0];
  for await (const record of inOrder(records, since, until)) {
    attempts++;
    onProgress(record.startedAt);
    const flood = floodIn(record);
    if (flood) notDecidable.counted += flood.count;
    for (const past of judgementsIn(record)) {
      judgements++;
      const change = await judgeAgain(past, asking);
      if (change === 'text' || change === 'unavailable') notDecidable[change]++;
      else if (change === undefined) unchanged++;
      else lists[directionOf(change)].push(change);
    }
  }
  return { attempts, judgements, unchanged, ...lists, notDecidable };
}

/** Oldest first: what is counted or remembered by a check grows as it grew. */
async function* inOrder(
  records: Pick<RecordStore, 'search'>,
  since: number,
  until: number,
): AsyncIterable<AttemptRecord> {
  let spanMs = dayMs;
  for (let from = since; from <= until;) {
    const to = Math.min(until, from + spanMs - 1);
    const page = await records.search({ since: from, until: to, limit: pageLimit });
    if (page.length === pageLimit && spanMs > 1) {
      spanMs = Math.ceil(spanMs / 2);
      continue;
    }
    yield* page.toReversed();
    from = to + 1;
    spanMs = Math.min(dayMs, spanMs * 2);
  }
}

function* judgementsIn(record: AttemptRecord): Iterable<PastJudgement> {
  const { events } = record;
  const text = (event: RecordEvent | undefined, field: string): string => {
    const value = event?.[field];
    return typeof value === 'string' ? value : '';
  };
  const client = text(
    events.find(({ kind }) => kind === 'connect'),
    'client',
  );
  if (client === '') return;
  for (const [i, event] of events.entries()) {
    const isRefusal = event.kind === 'recipient' && event['verdict'] !== undefined && event['sparing'] !== 'spared';
    if (!isRefusal && event.kind !== 'verdict') continue;
    const verdict = readVerdict(isRefusal ? event['verdict'] : event);
    if (!verdict) continue;
    const { transaction } = event;
    const before = events.slice(0, i).reverse();
    const accepted = events.find(one => one.kind === 'accepted' && one.transaction === transaction);
    yield {
      record,
      at: event.at,
      transaction,
      client,
      hello: text(
        before.find(({ kind }) => kind === 'hello'),
        'name',
      ),
      sender: text(
        before.find(({ kind }) => kind === 'sender'),
        'address',
      ),
      recipient: text(event, isRefusal ? 'address' : 'recipient'),
      verdict,
      hasText: !isRefusal,
      queueId: text(accepted, 'queueId') || undefined,
    };
  }
}

async function judgeAgain(past: PastJudgement, asking: Asking): Promise<Change | 'text' | 'unavailable' | undefined> {
  const { after, changed } = asking;
  const { outcomes: asked, stale } = await asking.envelope(past);
  const believed = outcomesOf(past.verdict, asking).filter(({ check }) => !stale.has(check.name));
  const early = believed.filter(({ check }) => !isOfText(check.check.stage));
  const envelope = weigh([...early, ...asked], after.policy, 'symbols');
  if (isStop(envelope.action)) return changeOf(past, envelope.action, envelope.because);
  const isOpen = asked.some(({ status }) => status === 'unavailable');
  if (!past.hasText) return isOpen ? 'unavailable' : changeOf(past, 'accept', past.verdict.because);
  const needsText = [...after.assembly.byName.values()].some(one => changed.has(one.name) && isOfText(one.check.stage));
  const read = needsText ? await asking.text(past) : [];
  if (!read) return 'text';
  if (isOpen || read.some(({ status }) => status === 'unavailable')) return 'unavailable';
  const { action, because } = weigh([...believed, ...asked, ...read], after.policy);
  const isPostmaster = /^postmaster@/i.test(past.recipient);
  return changeOf(past, isPostmaster && action !== 'accept' ? 'mark' : action, because);
}

function changeOf(past: PastJudgement, after: Action, because: string | undefined): Change | undefined {
  const { verdict, record, at, client, sender, recipient, hasText } = past;
  if (after === verdict.action) return undefined;
  const why = isStop(verdict.action) && !isStop(after) ? verdict.because : because;
  return {
    id: record.id,
    at,
    client,
    sender,
    recipient,
    before: verdict.action,
    after,
    ...(why === undefined ? {} : { because: why }),
    isTextUnknown: !hasText && !isStop(after),
  };
}

function directionOf({ before, after }: Change): 'newlyStopped' | 'newlyPassed' | 'otherwise' {
  const [was, is] = [isHeldBack(before), isHeldBack(after)];
  if (was === is) return 'otherwise';
  return is ? 'newlyStopped' : 'newlyPassed';
}

/** It does not come into the mailbox. */
const isHeldBack = (action: Action): boolean => actions.indexOf(action) >= actions.indexOf('quarantine');
const isStop = (action: Action): boolean => action === 'defer' || action === 'reject';
const isOfText = (stage: string): boolean => stage === 'message' || stage === 'mailbox';
