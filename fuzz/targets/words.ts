// SPDX-License-Identifier: Apache-2.0
/** Words — header values: encoded words, parameters, addresses, dates, ids, Received. */
import { formatAddress } from '../../src/core/address.ts';
import { parseAddressList } from '../../src/wire/mime/addresses.ts';
import { parseDate } from '../../src/wire/mime/date.ts';
import { parseMessageIds } from '../../src/wire/mime/message-ids.ts';
import { parseParameters } from '../../src/wire/mime/parameters.ts';
import { parseReceived } from '../../src/wire/mime/received.ts';
import { decodeWords } from '../../src/wire/mime/words.ts';
import { encodeWords } from '../../src/wire/mime/encode-words.ts';

export const name = 'words';

export const seeds: Buffer[] = [
  '=?utf-8?B?44GC?= =?utf-8?q?=E3=81?= =?utf-8?q?=82_x?= tail',
  '"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=" <a..b.@docomo.example>, Friends: bob@example.org (Bob), "C, D" <c@[192.0.2.1]>;',
  'attachment; filename*0*=utf-8\'\'%E6%97; filename*1*=%A5.txt; filename="a\\"b" (comment)',
  'Tue, 24 Nov 2026 12:00:00 +0900 (JST)',
  'Fri Sep 14 14:36:56 EDT 2018',
  '<a@example.org> <b@example.org>',
  'from a.example (b.example [192.0.2.1] (may be forged)) by c.example (Postfix) with ESMTPS id 1 for <x@example.org>; Tue, 24 Nov 2026 12:00:00 +0900',
].map(text => Buffer.from(text));

export function run(bytes: Buffer): void {
  const raw = bytes.toString('latin1').replace(/[\r\n]+/g, ' ');
  const text = decodeWords(raw);
  // Escapes of ISO-2022-JP are read as such in any charset, and a byte order mark is taken off.
  const readable = text
    .replace(/[\x1b\ufeff]/g, '')
    .slice(0, 300)
    .toWellFormed();
  if (decodeWords(encodeWords(readable)) !== readable) throw new Error('text came back otherwise than it was written');
  parseParameters(raw);
  parseMessageIds(raw);
  parseReceived(raw);
  const date = parseDate(raw);
  if (date && !Number.isFinite(date.at)) throw new Error('a date that is none');
  for (const { address } of parseAddressList(raw)) {
    if (!address || address.domain === '') continue;
    const [again] = parseAddressList(Buffer.from(`<${formatAddress(address)}>`).toString('latin1'));
    if (!again?.address || formatAddress(again.address) !== formatAddress(address))
      throw new Error(`${formatAddress(address)} is not read again`);
  }
}
