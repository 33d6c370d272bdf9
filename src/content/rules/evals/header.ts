// SPDX-License-Identifier: Apache-2.0
/** Eval tests of the header: dates, recipients, subject, and mail that claims to come from a big provider. */
import { isUtf8 } from 'node:buffer';
import { parseDate } from '../../../wire/mime/date.ts';
import { organisationOf } from '../../../core/organisation.ts';
import type { MessageView } from '../message-view.ts';
import { textOf } from '../views/octets.ts';
import type { EvalTest } from './all.ts';
import { once } from './once.ts';
import { providerTests } from './providers.ts';

const firstAddress = (view: MessageView, name: string): string =>
  view.header.list({ name, take: new Set(name === 'EnvelopeFrom' ? [] : ['addr']) })[0] ?? '';
const hour = 3_600_000;
const recipientLimit = 500;

const dateShift = once(dateShiftIn);

export const headerTests = {
  ...providerTests,
  check_for_missing_to_header: view => view.header.text('To') === '' && view.header.text('Apparently-To') === '',
  check_for_to_in_subject: (view, [what = '']) => {
    const to = firstAddress(view, 'To');
    const subject = view.header.text('Subject');
    if (to === '') return false;
    const word = RegExp.escape(what === 'address' ? to : to.replace(/@.*/, ''));
    if (what === 'address') return new RegExp(`\\b${word}\\b`, 'i').test(subject);
    return (
      new RegExp(`^(?:(?:re|fw):\\s*(?:\\w+\\s+)?${word}$|${word}$|,\\s*${word}[,:;!?-]$)`, 'im').test(
        subject.trimEnd(),
      ) || new RegExp(`^${word}\\s*[,:;!?-](?:$|\\s)`).test(subject)
    );
  },
  subject_is_all_caps: view => {
    const subject = view.header
      .text('Subject')
      .trim()
      .replace(/^(?:(?:Re|Fwd|Fw|Aw|Antwort|WG|SV|VB|VS|VL):\s*)+/i, '');
    if (!/\s/.test(subject) || subject.length < 10) return false;
    const letters = subject.replace(/[^a-zA-Z]/g, '');
    const raw = view.header.get({ name: 'Subject', take: new Set(['raw']) }) ?? '';
    if (/=\?(?:koi|windows-125|iso-8859-[2457]|iso-2022|euc-|shift_jis|big5|gb)/i.test(raw)) return false;
    return letters !== '' && letters === letters.toUpperCase();
  },
  check_illegal_chars: (view, [header = '', ratio = '0', count = '0']) => {
    const name = header.replace(/:raw$/, '');
    const text = view.header.get({ name, take: new Set(['raw']) }) ?? '';
    if (text.trim() === '') return false;
    if (/[\x80-\xff]/.test(text) && isUtf8(Buffer.from(text, 'latin1')) && !/[\0-\x08\v\f\x0e-\x1f]/.test(text))
      return false;
    let illegal = text.match(/[\0-\x08\v\f\x0e-\x1f\x7f-\xff]/g)?.length ?? 0;
    // One sign of currency or trade is no disguise.
    if (illegal > 0 && name.toLowerCase() === 'subject' && text.match(/[\xa2\xa3\xae]/g)?.length === 1) illegal--;
    return illegal / text.length >= Number(ratio) && illegal >= Number(count);
  },
  sorted_recipients: view => recipients(view).isSorted,
  similar_recipients: (view, [min = 'undef', max = 'undef']) => {
    const { similarity } = recipients(view);
    return (min === 'undef' || similarity >= Number(min)) && (max === 'undef' || similarity < Number(max));
  },
  check_for_unique_subject_id: () => false,
  check_header_count_range: (view, [name = '', min = '0', max = '0']) => {
    const count = new Set(view.header.list({ name, take: new Set() })).size;
    return count >= Number(min) && count <= Number(max);
  },
  check_unresolved_template: view =>
    view.header
      .text('ALL')
      .split('\n')
      .some(
        line =>
          /%[A-Z][A-Z_-]/.test(line) &&
          !/^(?:X-VMS-To|X-UIDL|X-Face|To|Cc|From|Subject|References|In-Reply-To|(?:X-|Resent-|X-Original-)?Message-Id):/i.test(
            line,
          ),
      ),
  check_ratware_name_id: view => {
    const id = /<[A-Z]{28}\.([^>]+?)>/.exec(view.header.text('MESSAGEID'))?.[1];
    return id !== undefined && new RegExp(`"[^"]+"\\s*<${RegExp.escape(id)}>`).test(view.header.text('From'));
  },
  check_ratware_envelope_from: view => {
    const to = firstAddress(view, 'To');
    const from = firstAddress(view, 'EnvelopeFrom').toLowerCase();
    const at = to.lastIndexOf('@');
    if (from === '' || at < 1 || /^SRS\d[=+-]/i.test(from)) return false;
    const domain = organisationOf(to.slice(at + 1).toLowerCase());
    const place = from.indexOf(domain);
    return place >= 0 && from.startsWith(`${to.slice(0, at).toLowerCase()}@`, place + domain.length + 1);
  },
  check_for_shifted_date: (view, [min = 'undef', max = 'undef']) => {
    const shift = dateShift(view);
    return (min === 'undef' || shift >= hour * Number(min)) && (max === 'undef' || shift < hour * Number(max));
  },
  check_outlook_message_id: view => {
    const token = /^<[0-9a-f]{4}([0-9a-f]{8})\$[0-9a-f]{8}\$[0-9a-f]{8}@/.exec(view.header.text('MESSAGEID'))?.[1];
    if (token === undefined) return false;
    const isNear = (at: number): boolean =>
      Math.abs(Number.parseInt(token, 16) - Math.trunc((at / 1_000) * 0.002_328_306_436_538_7 + 27_111_902.832_984_9)) <
      250;
    if (isNear(parseDate(view.header.text('Date'))?.at ?? 0)) return false;
    const received = /\s.?\d+ \S\S\S \d+ \d+:\d+:\d+ \S+/.exec(view.header.text('Received'))?.[0] ?? '';
    return !isNear(parseDate(received)?.at ?? 0);
  },
  check_equal_from_domains: view => {
    const end = (address: string): string =>
      (/@([^@]*)$/.exec(address)?.[1] ?? '').replace(/^.+\.([^.]+\.[^.]+)$/, '$1').toLowerCase();
    const from = end(firstAddress(view, 'From'));
    const sender = end(firstAddress(view, 'EnvelopeFrom'));
    return from !== '' && sender !== '' && from !== sender;
  },
  check_for_matching_env_and_hdr_from: view =>
    firstAddress(view, 'EnvelopeFrom').toLowerCase() === firstAddress(view, 'From').toLowerCase(),
  check_for_faraway_charset_in_headers: () => false,
} as const satisfies Record<string, EvalTest>;

/** How far the date lies from that of the nearest Received field; 0 where one of them is missing. */
function dateShiftIn(view: MessageView): number {
  const dates = ['Resent-Date', 'Date'].flatMap(name => view.header.list({ name, take: new Set() }));
  const date = dates.map(text => parseDate(text.trim().replace(/ [AP]M$/i, ''))?.at).find(at => at !== undefined);
  const received = view.header
    .text('Received')
    .split('\n')
    .filter(line => line.trim() !== '');
  // What our own machine wrote last is no witness of the sender's clock.
  if (
    /\bfrom (?:localhost\s|(?:\S+ ){1,2}\S*\b127\.0\.0\.1\b)|qmail \d+ invoked by uid \d+/.test(received[0] ?? '') &&
    /\bby localhost with \w+ \(fetchmail-/.test(received[1] ?? '')
  )
    received.splice(0, 2);
  else if (/\bby localhost with \w+ \(fetchmail-/.test(received[0] ?? '')) received.shift();
  const times = received.flatMap(
    line => parseDate((/\s.?\d+ \S\S\S \d+ \d+:\d+:\d+ \S+/.exec(line)?.[0] ?? '').trim())?.at ?? [],
  );
  if (date === undefined || times.length === 0) return 0;
  const shifts = times.map(at => date - at);
  if (shifts.length > 1 && shifts.at(-1) === 0) shifts.pop();
  return shifts.reduce((nearest, shift) => (Math.abs(shift) < Math.abs(nearest) ? shift : nearest));
}

/** Whether To and Cc are a list that was read off in order, and how alike neighbours in it are. */
function recipients(view: MessageView): { readonly isSorted: boolean; readonly similarity: number } {
  const text = textOf(
    [...view.header.list({ name: 'To', take: new Set() }), ...view.header.list({ name: 'Cc', take: new Set() })].join(
      ', ',
    ),
  );
  const addresses = [
    ...new Set(
      text
        .replace(/\(.*?\)/g, '')
        .replace(/"[^"]*"/g, '')
        .match(/[\w.=-]+@\w+(?:[\w.-]+\.)+\w+/gi)
        ?.map(one => one.toLowerCase()) ?? [],
    ),
  ].slice(0, recipientLimit);
  const isSorted =
    addresses.length >= 7 &&
    addresses.every((address, index) => index === 0 || (addresses[index - 1] ?? '') <= address);
  if (addresses.length < 5) return { isSorted, similarity: 0 };
  let hits = 0;
  let pairs = 0;
  const users = addresses.map(address => address.slice(0, 2));
  const hosts = addresses.map(address => address.slice(address.indexOf('@') + 1));
  for (let i = 0; i < addresses.length; i++)
    for (let j = i + 1; j < addresses.length; j++) {
      if (users[i] === users[j]) hits++;
      if (hosts[i] === hosts[j] && users[i] === users[j]) hits++;
      pairs++;
    }
  return { isSorted, similarity: pairs === 0 ? 0 : hits / pairs };
}
