// SPDX-License-Identifier: Apache-2.0
/** Eval tests of mail that claims to come from a big provider: whether its Received fields are such as that provider writes. */
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';

const fromAddress = (view: MessageView): string => view.header.list({ name: 'From', take: new Set(['addr']) })[0] ?? '';
const received = (view: MessageView): string => view.header.text('Received').replace(/\s+/g, ' ');
const ip = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;

/** Lists that take the Received fields away: what is missing there says nothing. */
function isGatedList(view: MessageView): boolean {
  const list = view.header.get({ name: 'Mailing-List', take: new Set() });
  if (
    list !== undefined &&
    /^contact \S+@\S+; run by ezmlm$/m.test(list) &&
    /^mailing list \S+@\S+/m.test(view.header.text('Delivered-To')) &&
    /qmail \d+ invoked (?:from network|by .{3,20})\); \d+ ... \d+/.test(view.header.text('Received'))
  )
    return true;
  const text = view.header.get({ name: 'Received', take: new Set() });
  return text === undefined || /from groups\.msn\.com \(\S+\.msn\.com /.test(text);
}

function hotmail(view: MessageView): 'none' | 'missing' | 'forged' {
  const text = received(view);
  if (!/\bhotmail\.com$/i.test(fromAddress(view)) || isGatedList(view)) return 'none';
  const origin = view.header.text('X-Originating-IP').trim();
  const hasOrigin = new RegExp(ip).test(origin);
  if (/from mail pickup service by hotmail\.com with Microsoft SMTPSVC;/.test(text)) return 'none';
  if (
    hasOrigin &&
    (/from \S*\.(?:outbound\.protection\.outlook|hotmail)\.com \(/.test(text) ||
      /by \S*hotmail\.(?:com|msn\.com) /.test(text))
  )
    return 'none';
  if (view.header.text('X-Originating-Email') !== '' && hasOrigin) return 'none';
  if (/(?:from |HELO |helo=)\S*hotmail\.com\b/.test(text)) return 'forged';
  return 'missing';
}

export const providerTests = {
  gated_through_received_hdr_remover: view => isGatedList(view),
  check_messageid_not_usable: view =>
    /<mailto:(?:leave-\S+|\S+-unsubscribe)@\S+>$/im.test(view.header.text('List-Unsubscribe')) ||
    isGatedList(view) ||
    /\/CWT\/DCE\)|iPlanet Messaging Server/.test(view.header.text('Received')),
  check_for_forged_gmail_received_headers: view => {
    if (!/\bgmail\.com$/i.test(fromAddress(view))) return false;
    const forwarded = view.header.text('X-Received');
    if (/by (?:10\.\S+|2002:a\d\d:\w+:\S+) with SMTP id \S+/.test(forwarded)) return false;
    if (/by smtp\.googlemail\.com with ESMTPSA id \S+/.test(view.header.text('Received'))) return false;
    return view.header.text('X-Gm-Message-State').length < 60 || view.header.text('X-Google-Smtp-Source').length < 60;
  },
  check_for_forged_hotmail_received_headers: view => hotmail(view) === 'forged',
  check_for_no_hotmail_received_headers: view => hotmail(view) === 'missing',
  check_for_forged_yahoo_received_headers: view => {
    const from = fromAddress(view);
    if (!/\byahoo\.com$/i.test(from)) return false;
    const forwarded = view.header.text('X-Received');
    const isResent = view.header.text('Resent-From') !== '' && view.header.text('Resent-To') !== '';
    const text = isResent && forwarded !== '' ? forwarded.replace(/\s+/g, ' ') : received(view);
    if (isGatedList(view)) return false;
    if (
      / rdns=\S+\.yahoo\.com /.test(view.relays.text('trusted')) ||
      /^[^\]]+ rdns=\S+\.yahoo\.com /.test(view.relays.text('untrusted'))
    )
      return false;
    return (
      ![
        /by web\S+\.mail\S*\.yahoo\.com via HTTP/,
        /by sonic\S+\.consmr\.mail\S*\.yahoo\.com with HTTP/,
        /by smtp\S+\.yahoo\.com with SMTP/,
        new RegExp(`from \\[${ip}\\] by \\S+\\.(?:groups|scd|dcn)\\.yahoo\\.com with NNFMP`),
        /by \w+\.\w+\.yahoo\.com \(\d+\.\d+\.\d+\/\d+\.\d+\.\d+\)(?: with ESMTP)? id \w+/,
      ].some(form => form.test(text)) &&
      !(/\bmailer\d+\.bulk\.scd\.yahoo\.com\b/.test(text) && /@reply\.yahoo\.com$/i.test(from))
    );
  },
  check_for_forged_juno_received_headers: view => {
    if (!/\bjuno\.com$/i.test(fromAddress(view)) || isGatedList(view)) return false;
    const origin = view.header.text('X-Originating-IP');
    const mailer = view.header.text('X-Mailer');
    const text = view.header.text('Received');
    if (origin !== '')
      return (
        (!new RegExp(`from.*\\b(?:juno|untd)\\.com.*[[(]${ip}[\\])].*by`).test(text) &&
          !/ cookie\.(?:juno|untd)\.com /.test(text)) ||
        !mailer.includes('Juno ')
      );
    // Without the address the client had there is nothing that could speak for it.
    return true;
  },
  check_for_forged_eudoramail_received_headers: view => {
    if (!/\beudoramail\.com$/i.test(fromAddress(view)) || isGatedList(view)) return false;
    return !(/by \S*whowhere.com;/.test(received(view)) && new RegExp(ip).test(view.header.text('X-Sender-Ip')));
  },
  check_for_fake_aol_relay_in_rcvd: view => {
    const text = received(view);
    return (
      / rly-[a-z][a-z]\d\d\./i.test(text) && !/\/AOL-\d+\.\d+\.\d+\)|ESMTP id (?:RELAY|MAILRELAY|MAILIN)/.test(text)
    );
  },
} as const satisfies Record<string, EvalTest>;
