// SPDX-License-Identifier: Apache-2.0
/** ARC words — what to say of the seals of those who have handled the message. */
import type { AuthResult } from '../../wire/authres/result.ts';
import { sentence } from '../cli/words.ts';
import type { Words } from './advice.ts';

export function arcWords({ result }: AuthResult): Words {
  switch (result) {
    case 'pass':
      return pass;
    case 'none':
      return none;
    case 'temperror':
      return temperror;
    default:
      return fail;
  }
}

const pass: Words = {
  says: sentence('The seals of the servers on the way hold.', '経由したサーバの封印（ARC）はすべて正しい。'),
  postmaster: sentence(
    'It tells what they found, not that they are honest: only sealers you trust (authentication.arc.trusted) forgive a failed DMARC.',
    '各サーバの検査結果が分かるが、正直さの証明ではない。DMARC の fail を許すのは、信頼する封印者（authentication.arc.trusted）だけ。',
  ),
  receiver: sentence(
    'It came through a list or forward, which says what it found.',
    'メーリングリストや転送を経たメールで、その検査結果が添えられている。',
  ),
  sender: sentence('Nothing to fix.', '直すところはない。'),
};
const none: Words = {
  says: sentence('No server on the way has sealed it.', '経由したサーバの封印（ARC）はない。'),
  postmaster: sentence('That is so for mail that comes directly.', '直接届いたメールでは普通のこと。'),
  receiver: sentence('Nothing follows from it.', '特に意味はない。'),
  sender: sentence(
    'Nothing to fix; who forwards or runs lists should seal.',
    '直すところはない。転送やメーリングリストでは封印するとよい。',
  ),
};
const fail: Words = {
  says: sentence(
    'The seals of the servers on the way do not hold: {reason}.',
    '経由したサーバの封印（ARC）が成り立たない: {reason}。',
  ),
  postmaster: sentence('What they say to have found counts for nothing.', '封印にある検査結果は使わない。'),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'The server that sealed it last should change nothing behind its seal, and publish its key.',
    '最後に封印したサーバは、封印の後に内容を変えず、鍵を公開しておく。',
  ),
};
const temperror: Words = {
  says: sentence('The seals could not be verified now: {reason}.', '封印（ARC）を今は検証できない: {reason}。'),
  postmaster: sentence('It means nothing.', '意味を持たない。'),
  receiver: sentence('Nothing is known yet.', 'まだ分からない。'),
  sender: sentence(
    'If it lasts, look at the name servers of the sealing domain.',
    '続くようなら封印したドメインのネームサーバを確かめる。',
  ),
};
