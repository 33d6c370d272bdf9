// SPDX-License-Identifier: Apache-2.0
/**
 * Notice — a word to the receiver of a message that could not be delivered and whose sender cannot be told: it is held, and where.
 * What the unknown sender wrote is quoted as one line each and cut: it is a stranger's text.
 */
import { formatAddress, showAddress, type Address } from '../../core/address.ts';
import { formatDate } from '../mime/trace.ts';
import { encodeWords } from '../mime/encode-words.ts';
import { lines, oneLine, textPart } from './compose.ts';

export interface Notice {
  /** Unique: it makes the Message-ID. */
  readonly id: string;
  readonly reportingHost: string;
  readonly to: Address;
  readonly at: number;
  readonly quarantineId: string;
  readonly sender: Address | null;
  /** Header From and Subject, decoded. */
  readonly from: string;
  readonly subject: string;
  readonly arrivedAt: number;
  /** Why it could not be delivered, in one line. */
  readonly trouble: string;
}

export function composeNotice(notice: Notice): Buffer {
  const header = lines([
    `From: "Mail Delivery System" <MAILER-DAEMON@${notice.reportingHost}>`,
    `To: <${oneLine(formatAddress(notice.to))}>`,
    `Subject: ${encodeWords('A message to you is held back / あなた宛のメールを保留しています')}`,
    `Date: ${formatDate(notice.at)}`,
    `Message-ID: <${notice.id}@${notice.reportingHost}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
  ]);
  return Buffer.concat([header, textPart(textOf(notice))]);
}

function textOf(notice: Notice): string[] {
  const facts = [
    `  From: ${quote(notice.from)} (${quote(showAddress(notice.sender))})`,
    `  Subject: ${quote(notice.subject)}`,
    `  Date: ${new Date(notice.arrivedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `  ${quote(notice.trouble)}`,
    '',
    `  ID: ${notice.quarantineId}`,
  ];
  return [
    'A message to you could not be delivered. Its sender is not proven, so nobody was told',
    'but you. It is held in quarantine; your postmaster can release it by its ID.',
    '',
    ...facts,
    '',
    '-- ',
    '',
    'あなた宛のメールを配送できませんでした。差出人が確かめられないため、差出人には通知せず、',
    '隔離領域に保管しています。管理者は下記の ID で配送できます。',
    '',
    ...facts,
  ];
}

function quote(text: string): string {
  return oneLine(text).slice(0, 200);
}
