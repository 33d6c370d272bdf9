// SPDX-License-Identifier: Apache-2.0
/** Eval tests of addresses on lists the rule files hold: senders, recipients, subjects, relays of our own bounces. */
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';
import { once } from './once.ts';
import type { EvalTools } from './tools.ts';

const from = once((view): readonly string[] =>
  ['From', 'Envelope-Sender', 'Resent-Sender', 'X-Envelope-From', 'EnvelopeFrom'].flatMap(name =>
    view.header.list({ name, take: new Set(name === 'EnvelopeFrom' ? [] : ['addr']) }),
  ),
);
const to = once((view): readonly string[] =>
  [
    'To',
    'Cc',
    'Apparently-To',
    'Delivered-To',
    'Envelope-Recipients',
    'Apparently-Resent-To',
    'X-Envelope-To',
    'Envelope-To',
    'X-Delivered-To',
    'X-Original-To',
    'X-Rcpt-To',
    'X-Real-To',
  ].flatMap(name => view.header.list({ name, take: new Set(['addr']) })),
);
const on = (addresses: readonly string[], { addresses: lists }: EvalTools, list: string): boolean =>
  addresses.some(address => lists.get(list)?.has(address) === true);
const subjectOn = (view: MessageView, { settings }: EvalTools, ...keys: readonly string[]): boolean => {
  const subject = view.header.text('Subject').trim().toLowerCase();
  return keys.some(key => (settings.get(key) ?? []).some(({ value }) => subject === value.trim().toLowerCase()));
};
const welcomeFrom: EvalTest = (view, _, tools) => on(from(view), tools, 'welcomelist_from');
const blockFrom: EvalTest = (view, _, tools) => on(from(view), tools, 'blocklist_from');
const welcomeTo: EvalTest = (view, _, tools) => on(to(view), tools, 'welcomelist_to');
const blockTo: EvalTest = (view, _, tools) => on(to(view), tools, 'blocklist_to');
const welcomeSubject: EvalTest = (view, _, tools) => subjectOn(view, tools, 'welcomelist_subject', 'whitelist_subject');
const blockSubject: EvalTest = (view, _, tools) => subjectOn(view, tools, 'blocklist_subject', 'blacklist_subject');
const bounceRelay: EvalTest = (view, _, tools) => {
  const relays = bounceRelays(tools);
  if (relays.length === 0) return false;
  const lines = view.whole.slice(view.whole.indexOf('\n\n')).match(/^[> ]*Received:.*(?:\n[ \t].*)*/gim) ?? [];
  return lines.slice(0, 100).some(line => relays.some(relay => relay.test(line)));
};

export const listTests = {
  check_from_in_welcomelist: welcomeFrom,
  check_from_in_whitelist: welcomeFrom,
  check_from_in_blocklist: blockFrom,
  check_from_in_blacklist: blockFrom,
  check_to_in_welcomelist: welcomeTo,
  check_to_in_whitelist: welcomeTo,
  check_to_in_blocklist: blockTo,
  check_to_in_blacklist: blockTo,
  check_to_in_more_spam: (view, _, tools) => on(to(view), tools, 'more_spam_to'),
  check_to_in_all_spam: (view, _, tools) => on(to(view), tools, 'all_spam_to'),
  check_subject_in_welcomelist: welcomeSubject,
  check_subject_in_whitelist: welcomeSubject,
  check_subject_in_blocklist: blockSubject,
  check_subject_in_blacklist: blockSubject,
  check_from_in_list: (view, [list = ''], tools) =>
    on(view.header.list({ name: 'From', take: new Set(['addr']) }), tools, list.toUpperCase()),
  check_replyto_in_list: (view, [list = ''], tools) =>
    on(view.header.list({ name: 'Reply-To', take: new Set(['addr']) }), tools, list.toUpperCase()),
  have_any_bounce_relays: (_, __, tools) => bounceRelays(tools).length > 0,
  check_welcomelist_bounce_relays: bounceRelay,
  check_whitelist_bounce_relays: bounceRelay,
} as const satisfies Record<string, EvalTest>;

function bounceRelays({ settings }: EvalTools): readonly RegExp[] {
  return ['welcomelist_bounce_relays', 'whitelist_bounce_relays'].flatMap(key =>
    (settings.get(key) ?? []).flatMap(({ value }) =>
      value
        .split(/\s+/)
        .filter(word => word !== '')
        .map(
          word =>
            new RegExp(
              `\\s${word
                .replace(/[.+^${}()|[\]\\]/g, '\\$&')
                .replace(/\*+/g, '\\S*')
                .replaceAll('?', '\\S')}\\s`,
              'i',
            ),
        ),
    ),
  );
}
