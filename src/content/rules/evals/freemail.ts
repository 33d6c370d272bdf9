// SPDX-License-Identifier: Apache-2.0
/** Eval tests of free mail: addresses at providers where anybody may have one, in From, Reply-To and the text. */
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';
import { once } from './once.ts';
import type { EvalTools } from './tools.ts';

/** No person's: roles, lists, message ids. */
const generic =
  /^(?:abuse|support|sales|info|helpdesk|contact|kontakt|(?:post|host|domain)master|undisclosed.*|request-[a-f0-9]{16}|bounced?-|[a-f0-9]{8}(?:\.[a-f0-9]{8}|-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})|.+=.+=.+)@/i;
const mostInBody = 10;
const mostFreeInBody = 3;

const allInBody = once(findInBody);

export const freemailTests = {
  check_freemail_header: (view, [header = '', form], tools) => {
    const query = header.replace(/^\(/, '').split(':')[0] ?? '';
    const first = view.header.list({ name: query, take: new Set(query === 'EnvelopeFrom' ? [] : ['addr']) });
    return first.some(address => isFree(address, tools) && (form === undefined || matches(form, address)));
  },
  check_freemail_from: (view, [form], tools) =>
    senders(view).some(address => isFree(address, tools) && (form === undefined || matches(form, address))),
  check_freemail_body: (view, [form], tools) =>
    inBody(view, tools).some(address => form === undefined || matches(form, address)),
  check_freemail_replyto: (view, [what = 'replyto'], tools) => {
    const from = addressesOf(view, 'From');
    const replyTo = addressesOf(view, 'Reply-To');
    const isFromFree = from.some(address => isFree(address, tools));
    const isReplyFree = replyTo.some(address => isFree(address, tools));
    if (isFromFree && isReplyFree && !from.some(address => replyTo.includes(address))) return true;
    if (what === 'replyto' && !isReplyFree) return false;
    if (what === 'reply' && ((replyTo.length > 0 && !isReplyFree) || !isFromFree)) return false;
    const answered = isReplyFree ? replyTo : what === 'reply' ? from : replyTo;
    return inBody(view, tools).some(address => answered.some(other => other !== address));
  },
} as const satisfies Record<string, EvalTest>;

function addressesOf(view: MessageView, name: string): readonly string[] {
  return view.header.list({ name, take: new Set(['addr']) }).map(address => address.toLowerCase());
}

/** Whoever sent it on, where somebody did. */
function senders(view: MessageView): readonly string[] {
  const resent = addressesOf(view, 'Resent-From').slice(0, 1);
  if (resent.length > 0) return resent;
  return [
    ...new Set([
      ...['From', 'Envelope-Sender', 'Resent-Sender', 'X-Envelope-From'].flatMap(name => addressesOf(view, name)),
      ...view.header.list({ name: 'EnvelopeFrom', take: new Set() }).map(address => address.toLowerCase()),
    ]),
  ];
}

function isFree(address: string, { freemail, freemailAllowed }: EvalTools): boolean {
  const email = address.toLowerCase().trim();
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (email === '' || freemailAllowed.has(email) || freemailAllowed.has(domain) || generic.test(email)) return false;
  return freemail.has(domain);
}

/** Free addresses in the text; none where there are so many that it is a list. */
function inBody(view: MessageView, tools: EvalTools): readonly string[] {
  const all = allInBody(view);
  const free = all.filter(address => isFree(address, tools));
  return all.length >= mostInBody || free.length >= mostFreeInBody ? [] : free;
}

function findInBody(view: MessageView): readonly string[] {
  const all = new Set<string>();
  for (const { raw, types } of view.uris) {
    const address = /^mailto:([\w.+=-]{1,64}@[\w.-]{1,250})/i.exec(raw)?.[1];
    if (address !== undefined && types.has('a') && !types.has('parsed')) all.add(address.toLowerCase());
  }
  for (const line of view.rendered.lines) {
    if (!line.includes('@')) continue;
    // Addresses of links, and those in front of what looks like a quoted header, are not the writer's.
    const text = line
      .replace(/<?https?:\/\/\S{0,255}(?:@|%40)\S{0,255}/gi, ' ')
      .replace(
        new RegExp(`<?(?<!mailto:)${emailForm}(?:>|\\s{1,10}(?!(?:fa(?:x|csi)|tel|phone|e?-?mail))[a-z]{2,11}:)`, 'gi'),
        ' ',
      );
    for (const [address] of text.matchAll(new RegExp(emailForm, 'gi'))) all.add(address.toLowerCase());
    if (all.size > 40) break;
  }
  return [...all];
}

const emailForm = String.raw`(?<![\w.+=-])[\w.+=-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?![\w-])`;

function matches(form: string, address: string): boolean {
  try {
    return new RegExp(form, 'i').test(address.slice(0, 320));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
