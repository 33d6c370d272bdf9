// SPDX-License-Identifier: Apache-2.0
/**
 * Subject shape — what mass mailers do to a subject: a code after a gap so that no two are alike, the receiver's name, many exclamation marks,
 * `Re:` without a message it answers, raw 8-bit characters.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isAscii } from '../fold.ts';

export default defineCheck({
  name: 'subject-shape',
  stage: 'message',
  summary: {
    en: 'Looks for marks of mass mailers in the subject: a code after a gap, the receiver’s name, exclamations, a false reply.',
    ja: '件名の大量送信らしい特徴（空白の後の文字列、受信者名、感嘆符、偽の返信など）を調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    SUBJECT_GAP: {
      weight: 1.8,
      says: {
        en: 'The subject has a long gap and something behind it.',
        ja: '件名に長い空白があり、その後ろに文字が置かれている。',
      },
    },
    SUBJECT_NAMES_RECIPIENT: {
      weight: 0.8,
      says: {
        en: 'The subject speaks to the receiver by the first part of the address.',
        ja: '件名が受信者アドレスの @ の左側で呼びかけている。',
      },
    },
    SUBJECT_EXCLAIMS: {
      weight: 0.7,
      says: { en: 'The subject is full of exclamation marks.', ja: '件名に感嘆符が多い。' },
    },
    SUBJECT_MONEY: {
      weight: 0.5,
      says: { en: 'The subject speaks of an amount or a percentage.', ja: '件名に金額や割合が書かれている。' },
    },
    SUBJECT_ENCODED: {
      weight: 0.4,
      says: {
        en: 'The subject is plain ASCII, yet encoded in base64.',
        ja: '件名は ASCII 文字だけなのに base64 で符号化されている。',
      },
    },
    SUBJECT_FALSE_REPLY: {
      weight: 0.1,
      says: {
        en: 'The subject says it is a reply, but names no message it answers.',
        ja: '件名は返信（Re:）だが、返信先のメッセージが示されていない。',
      },
    },
    SUBJECT_RAW: {
      weight: 0.4,
      says: {
        en: 'The subject has raw 8-bit characters where MIME wants encoded ones.',
        ja: '件名に MIME 符号化されていない 8 ビット文字がある。',
      },
    },
  },
  run({ mime, envelope, found }) {
    const field = mime.headers.first('subject');
    if (!field) return [];
    const subject = field.text.trim().slice(0, 500);
    const isReply = /^re(\[\d+\])?:/i.test(subject);
    const answers = mime.headers.first('in-reply-to') ?? mime.headers.first('references');
    return [
      // At least six spaces, and no run of them longer than a trim leaves: \S on both sides keeps the match linear.
      ...(/\S[ \t]{6,}\S/.test(subject) ? [found.SUBJECT_GAP()] : []),
      ...(namesRecipient(subject, envelope.recipients) ? [found.SUBJECT_NAMES_RECIPIENT()] : []),
      ...((subject.match(/[!！]/g)?.length ?? 0) >= 3 ? [found.SUBJECT_EXCLAIMS()] : []),
      ...(!isReply && /\$\s?\d|\d\s?%/.test(subject) ? [found.SUBJECT_MONEY()] : []),
      ...(/=\?[\w-]{1,40}\?b\?/i.test(field.raw) && subject !== '' && isAscii(subject)
        ? [found.SUBJECT_ENCODED()]
        : []),
      ...(isReply && !answers ? [found.SUBJECT_FALSE_REPLY()] : []),
      ...(/[\x80-\xff]/.test(field.raw) ? [found.SUBJECT_RAW()] : []),
    ];
  },
});

/** `bob, see this`, `See this bob`; short local parts and those that are common words say nothing. */
function namesRecipient(
  subject: string,
  recipients: readonly { readonly address: { readonly local: string } }[],
): boolean {
  const [only, ...others] = recipients;
  if (!only || others.length > 0) return false;
  const local = only.address.local.toLowerCase();
  if (local.length < 3 || commonLocals.has(local)) return false;
  const folded = subject.toLowerCase();
  return folded.startsWith(`${local},`) || folded.startsWith(`${local} -`) || folded.endsWith(` ${local}`);
}

const commonLocals: ReadonlySet<string> = new Set([
  'info',
  'news',
  'sales',
  'support',
  'list',
  'users',
  'user',
  'mail',
  'admin',
  'root',
  'test',
  'help',
  'office',
  'jobs',
  'press',
  'web',
  'service',
]);
