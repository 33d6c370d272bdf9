// SPDX-License-Identifier: Apache-2.0
/** Words of a DSN — what a notice says to people, in English and Japanese, one after the other in one text. */
import { showAddress } from '../../core/address.ts';
import type { Dsn, DsnRecipient } from './dsn.ts';

export function subjectOf(kind: Dsn['kind']): string {
  switch (kind) {
    case 'failed':
      return 'Undelivered mail returned to sender / 配送できなかったメールをお返しします';
    case 'delayed':
      return 'Your mail is late / メールの配送が遅れています';
  }
}

/** Lines without line ends. */
export function textOf(dsn: Dsn): string[] {
  const recipients = dsn.recipients.flatMap(recipient => [...recipientLines(recipient), '']);
  const english = dsn.kind === 'failed' ? failedEnglish : delayedEnglish(dsn);
  const japanese = dsn.kind === 'failed' ? failedJapanese : delayedJapanese(dsn);
  const foot = [`${dsn.reportingHost} · ${dsn.queueId}`, ''];
  return [...english, '', ...recipients, '-- ', '', ...japanese, '', ...recipients, ...foot];
}

const failedEnglish = [
  'Your message could not be delivered to the recipients below.',
  'It will not be tried again. What the servers said is given beside each address;',
  'your message, or its header, is attached.',
];

const failedJapanese = [
  'お送りになったメールは、下記の宛先に配送できませんでした。',
  '再送は行いません。各宛先の下に、相手のサーバからの応答を記します。',
  'お送りになったメール(またはそのヘッダ)を添付します。',
];

function delayedEnglish({ willRetryUntil }: Dsn): string[] {
  return [
    'Your message has not been delivered yet to the recipients below.',
    'You need not send it again: it is tried on',
    willRetryUntil === undefined ? 'for some days.' : `until ${showTime(willRetryUntil)}.`,
  ];
}

function delayedJapanese({ willRetryUntil }: Dsn): string[] {
  return [
    'お送りになったメールは、下記の宛先にまだ配送できていません。',
    '再送していただく必要はありません。引き続き配送を試みます。',
    ...(willRetryUntil === undefined ? [] : [`(${showTime(willRetryUntil)} まで)`]),
  ];
}

function recipientLines(recipient: DsnRecipient): string[] {
  return [
    `  <${showAddress(recipient.address)}>`,
    `    ${recipient.status} ${recipient.says}`,
    ...(recipient.reply === undefined ? [] : [`    ${recipient.remote ?? ''}: ${recipient.reply}`]),
  ];
}

function showTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
