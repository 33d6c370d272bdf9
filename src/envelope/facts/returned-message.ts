// SPDX-License-Identifier: Apache-2.0
/**
 * Returned message — whether a message is a notice of failure, and whether one of ours sent what it returns, by the Message-ID that stands in it: in a returned
 * message or header (RFC 3462), or as text, as qmail and old servers write. A notice without any can be neither confirmed nor doubted.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { parseMessageIds } from '../../wire/mime/message-ids.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { MimeMessage, Part } from '../../wire/mime/types.ts';

export interface ReturnedMessage {
  /** `notice`: in the form of RFC 3464. `like`: calls itself one, or comes from a mailer daemon, and returns a message. */
  readonly kind: 'notice' | 'like' | 'none';
  /** `unnamed`: it names no Message-ID. */
  readonly original: 'ours' | 'unknown' | 'unnamed';
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly returnedMessage: Measured<'message', ReturnedMessage>;
  }
}

const idsAsked = 5;
const partsRead = 20;
const readBytes = 65_536;

export default defineFact({
  name: 'returnedMessage',
  scope: 'message',
  summary: {
    en: 'Whether it is a notice of failure, and whether the message it returns was sent from here.',
    ja: 'エラー通知かどうかと、その元のメールがここから送信されたものかどうか。',
  },
  needs: ['mime', 'sent'],
  deadlineMs: 1_000,
  read({ sender, mime, sent }): ReturnedMessage | Promise<ReturnedMessage> {
    const kind = kindOf(mime, sender.address === null);
    if (kind === 'none') return nothing;
    const ids = [...new Set(idsIn(mime))].slice(0, idsAsked);
    if (ids.length === 0) return { kind: kind === 'like' ? 'none' : kind, original: 'unnamed' };
    return Promise.all(ids.map(id => sent.hasMessageId(id))).then(known => ({
      kind,
      original: known.includes(true) ? 'ours' : 'unknown',
    }));
  },
  record: value => (value.kind === 'none' ? undefined : value),
});

/** What was measured under this fact's name. */
export function isReturnedMessage(value: unknown): value is ReturnedMessage {
  return typeof value === 'object' && value !== null && 'kind' in value && 'original' in value;
}

const nothing: ReturnedMessage = { kind: 'none', original: 'unnamed' };

function kindOf({ root, headers }: MimeMessage, isNullSender: boolean): ReturnedMessage['kind'] {
  const isReport = root.type === 'multipart' && root.subtype === 'report';
  const reportType = root.parameters.get('report-type')?.toLowerCase();
  if (isReport && reportType !== 'delivery-status') return 'none';
  const from = headers.first('from')?.raw.slice(0, 500) ?? '';
  const isDaemon = /\bmailer-daemon\b|\bpostmaster@/i.test(from);
  if (isReport) return isNullSender || isDaemon ? 'notice' : 'none';
  if (isDaemon || headers.first('x-failed-recipients')) return 'like';
  const subject = headers.first('subject')?.text.slice(0, 200) ?? '';
  return isNullSender && failureSubject.test(subject) ? 'like' : 'none';
}

const failureSubject =
  /undeliver|returned mail|failure notice|delivery (?:status notification|fail|problem)|mail delivery|non[- ]?deliver|配信不能|配送(?:不能|失敗|エラー)|配信(?:失敗|エラー)|エラー通知/i;

function idsIn(mime: MimeMessage): readonly string[] {
  return mime.parts.slice(0, partsRead).flatMap(part => (part === mime.root ? textIds(part) : idsOf(part)));
}

function idsOf(part: Part): readonly string[] {
  if (part.type === 'message' && part.subtype === 'rfc822') {
    const inner = part.children[0]?.headers ?? part.embedded()?.headers;
    return wellFormed(inner?.first('message-id')?.raw ?? '');
  }
  if (part.subtype === 'rfc822-headers')
    return wellFormed(parseMessage(part.content(readBytes)).headers.first('message-id')?.raw ?? '');
  return textIds(part);
}

function textIds(part: Part): readonly string[] {
  if (part.type !== 'text' || part.subtype === 'rfc822-headers') return [];
  const fields = part
    .text(readBytes)
    .matchAll(/^[> \t]{0,8}message-id:[ \t]{0,20}\r?\n?[ \t]{0,20}(<[^<>\s]{1,248}>)/gim);
  return [...fields].slice(0, idsAsked).flatMap(([, id = '']) => wellFormed(id));
}

function wellFormed(field: string): readonly string[] {
  return parseMessageIds(field.slice(0, 2_000))
    .filter(id => id.length <= 250)
    .map(id => `<${id}>`);
}
