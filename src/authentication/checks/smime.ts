// SPDX-License-Identifier: Apache-2.0
/** S/MIME — tells whether the author has signed in person (RFC 8551). Only an address that the operator's roots vouch for speaks for the message. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { weightiest } from '../person-signature.ts';

export default defineCheck({
  name: 'smime',
  stage: 'message',
  summary: {
    en: 'Looks at signatures that persons make with a certificate (S/MIME).',
    ja: '人が証明書で付けた署名（S/MIME）を調べる。',
  },
  needs: ['smime', 'clock'],
  config: z.strictObject({}),
  symbols: {
    SMIME_PASS: {
      weight: -0.5,
      says: {
        en: '{signer} has signed the message in person (S/MIME), and an authority you trust vouches for that whole address, not only for its domain.',
        ja: '{signer} 本人が署名しており（S/MIME）、信頼する認証局がドメインだけでなくアドレス全体を証明している。',
      },
    },
    SMIME_OTHER: {
      weight: 0,
      says: {
        en: 'The S/MIME signature holds, but it is of {signer} and not of the author in From ({author}); the sender should sign with a certificate for that address.',
        ja: 'S/MIME の署名は正しいが、署名者 {signer} は From の差出人（{author}）ではない。送信者はそのアドレスの証明書で署名すべきである。',
      },
    },
    SMIME_PART: {
      weight: 0,
      says: {
        en: '{signer} has signed a part of the message (S/MIME); the rest, which the sender or a mailing list has added, is proven by nobody.',
        ja: '{signer} が署名したのはメッセージの一部だけである（S/MIME）。送信者やメーリングリストが加えた残りは誰も証明していない。',
      },
    },
    SMIME_OLD: {
      weight: 0,
      says: {
        en: '{signer} has signed the message (S/MIME), but more than 14 days ago: anybody could be sending it again. The sender should sign anew.',
        ja: '{signer} の署名（S/MIME）は正しいが 14 日より前のもので、誰かが再送した可能性がある。送信者は署名し直すべきである。',
      },
    },
    SMIME_UNTRUSTED: {
      weight: 0,
      says: {
        en: 'The message is signed by S/MIME ({signer}), but no authority you trust vouches for the signer, so that it proves nothing here.',
        ja: 'S/MIME の署名（{signer}）があるが、信頼する認証局が署名者を証明していないため、ここでは証明にならない。',
      },
    },
    SMIME_INVALID: {
      weight: 0,
      says: {
        en: 'The S/MIME signature of {signer} is not accepted ({reason}); the sender needs a current certificate with a strong key and hash.',
        ja: '{signer} の S/MIME 署名は受け入れられない（{reason}）。送信者には有効期限内で十分に強い鍵とハッシュの証明書が必要である。',
      },
    },
    SMIME_BROKEN: {
      weight: 0.2,
      says: {
        en: 'The message is not as {signer} signed it (S/MIME): it was changed on its way, or the signature was taken from another. The sender, or the list that changes mail, must send it unchanged.',
        ja: 'メッセージは {signer} が署名した時（S/MIME）のままではない。途中で変更されたか、署名が他のメールのものである。送信者または変更するメーリングリストは、変更せずに送る必要がある。',
      },
    },
    SMIME_UNREADABLE: {
      weight: 0,
      says: {
        en: 'The message has an S/MIME signature that cannot be verified ({reason}); the sender should look at the program that signs.',
        ja: '検証できない S/MIME 署名がある（{reason}）。送信者は署名に使うプログラムを確認すべきである。',
      },
    },
  },
  run({ client, smime, clock, found }) {
    const first = client.isOurs ? undefined : weightiest(smime, clock.now());
    if (!first) return [];
    const { author, reason = 'malformed' } = first.signature;
    const signer = first.signature.signer || '?';
    switch (first.standing) {
      case 'proven':
        return [found.SMIME_PASS({ signer })];
      case 'other':
        return [found.SMIME_OTHER({ signer, author: author || '?' })];
      case 'part':
        return [found.SMIME_PART({ signer })];
      case 'old':
        return [found.SMIME_OLD({ signer })];
      case 'unbelieved':
        return [found.SMIME_UNTRUSTED({ signer })];
      case 'not-valid':
        return [found.SMIME_INVALID({ signer, reason })];
      case 'broken':
        return [found.SMIME_BROKEN({ signer })];
      case 'unreadable':
        return [found.SMIME_UNREADABLE({ reason })];
    }
  },
});
