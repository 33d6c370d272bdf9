// SPDX-License-Identifier: Apache-2.0
/** Reputation options — where a mailbox and not the domain is whom people speak of; the `[authentication.reputation]` table of the configuration. */
import { z } from 'zod';
import { domainName } from '../core/config-words.ts';

const freeMail = (
  'gmail.com googlemail.com outlook.com outlook.jp hotmail.com hotmail.co.jp live.com live.jp msn.com yahoo.com yahoo.co.jp ymail.ne.jp icloud.com me.com ' +
  'mac.com aol.com gmx.de gmx.net web.de proton.me protonmail.com mail.ru yandex.ru qq.com 163.com 126.com naver.com ' +
  'daum.net zoho.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp excite.co.jp fastmail.com mail.com'
).split(' ');

export const reputationSchema = z.strictObject({
  freeMail: z.array(domainName('A domain.')).default(freeMail).meta({
    description:
      'Domains at which everybody can have a mailbox: there each mailbox has a reputation of its own, and the domain has none.',
  }),
});
