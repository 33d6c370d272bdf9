// SPDX-License-Identifier: Apache-2.0
/** OpenPGP — tells whether the author has signed in person (RFC 3156). Only a key that the operator has put into the folder speaks for the message. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { weightiest } from '../person-signature.ts';

export default defineCheck({
  name: 'openpgp',
  stage: 'message',
  summary: {
    en: 'Looks at signatures that persons make with a key of their own (OpenPGP).',
    ja: '人が自分の鍵で付けた署名（OpenPGP）を調べる。',
  },
  needs: ['openpgp', 'clock'],
  config: z.strictObject({}),
  symbols: {
    OPENPGP_PASS: {
      weight: -0.5,
      says: {
        en: '{signer} has signed the message in person (OpenPGP), with a key you trust: it proves that whole address, not only its domain.',
        ja: '{signer} 本人が、信頼する鍵で署名している（OpenPGP）。ドメインだけでなくアドレス全体の証明である。',
      },
    },
    OPENPGP_OTHER: {
      weight: 0,
      says: {
        en: 'The OpenPGP signature holds, but its key is of {signer} and not of the author in From ({author}); the sender should add that address to the key, or sign with another.',
        ja: 'OpenPGP の署名は正しいが、鍵の持ち主 {signer} は From の差出人（{author}）ではない。送信者は鍵にそのアドレスを加えるか、別の鍵で署名すべきである。',
      },
    },
    OPENPGP_PART: {
      weight: 0,
      says: {
        en: '{signer} has signed a part of the message (OpenPGP); the rest, which the sender or a mailing list has added, is proven by nobody.',
        ja: '{signer} が署名したのはメッセージの一部だけである（OpenPGP）。送信者やメーリングリストが加えた残りは誰も証明していない。',
      },
    },
    OPENPGP_OLD: {
      weight: 0,
      says: {
        en: '{signer} has signed the message (OpenPGP), but more than 14 days ago: anybody could be sending it again. The sender should sign anew.',
        ja: '{signer} の署名（OpenPGP）は正しいが 14 日より前のもので、誰かが再送した可能性がある。送信者は署名し直すべきである。',
      },
    },
    OPENPGP_UNKNOWN: {
      weight: 0,
      says: {
        en: 'The message has an OpenPGP signature of a key that is not among those you trust ({key}), so that it proves nothing here.',
        ja: '信頼する鍵の中にない鍵（{key}）の OpenPGP 署名があるが、ここでは証明にならない。',
      },
    },
    OPENPGP_INVALID: {
      weight: 0,
      says: {
        en: 'The OpenPGP signature of {signer} is not accepted ({reason}); the sender needs a current key and a strong hash, and must send you the renewed key.',
        ja: '{signer} の OpenPGP 署名は受け入れられない（{reason}）。送信者は有効な鍵と十分に強いハッシュを使い、更新した鍵を渡す必要がある。',
      },
    },
    OPENPGP_BROKEN: {
      weight: 0.2,
      says: {
        en: 'The message is not as {signer} signed it (OpenPGP): it was changed on its way, or the signature was taken from another. The sender, or the list that changes mail, must send it unchanged.',
        ja: 'メッセージは {signer} が署名した時（OpenPGP）のままではない。途中で変更されたか、署名が他のメールのものである。送信者または変更するメーリングリストは、変更せずに送る必要がある。',
      },
    },
    OPENPGP_UNREADABLE: {
      weight: 0,
      says: {
        en: 'The message has an OpenPGP signature that cannot be verified ({reason}); the sender should look at the program that signs.',
        ja: '検証できない OpenPGP 署名がある（{reason}）。送信者は署名に使うプログラムを確認すべきである。',
      },
    },
  },
  run({ client, openpgp, clock, found }) {
    const first = client.isOurs ? undefined : weightiest(openpgp, clock.now());
    if (!first) return [];
    const { author, key, reason = 'malformed' } = first.signature;
    const signer = first.signature.signer || '?';
    switch (first.standing) {
      case 'proven':
        return [found.OPENPGP_PASS({ signer })];
      case 'other':
        return [found.OPENPGP_OTHER({ signer, author: author || '?' })];
      case 'part':
        return [found.OPENPGP_PART({ signer })];
      case 'old':
        return [found.OPENPGP_OLD({ signer })];
      case 'unbelieved':
        return [found.OPENPGP_UNKNOWN({ key: key || '?' })];
      case 'not-valid':
        return [found.OPENPGP_INVALID({ signer, reason })];
      case 'broken':
        return [found.OPENPGP_BROKEN({ signer })];
      case 'unreadable':
        return [found.OPENPGP_UNREADABLE({ reason })];
    }
  },
});
