// SPDX-License-Identifier: Apache-2.0
/**
 * Messages — the Japanese ham as it travels: each text in one of the three charsets, in each of the encodings used with it, with header fields as
 * mail programs, phones, shops, mailing lists and servers write them. The same text and charset give the same bytes.
 */
import { seededRandom, type Random } from '../../src/core/random.ts';
import { base64, encoded, quotedPrintable, words, type Charset } from './encoding.ts';
import type { HamText } from './texts.ts';

export const charsets = ['ISO-2022-JP', 'Shift_JIS', 'UTF-8'] as const satisfies readonly Charset[];

/** The one of the three charsets that is this text's turn. */
export function charsetOf(text: HamText): Charset {
  return charsets[text.seed % charsets.length] ?? 'UTF-8';
}

export function hamMessage(text: HamText, charset: Charset = charsetOf(text)): Buffer {
  const random = seededRandom(text.seed * 31 + 7);
  const lines = [...trace(text, random), ...header(text, charset, random), 'MIME-Version: 1.0'];
  const body = bodyOf(text, charset, random);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'), body]);
}

function trace(text: HamText, random: Random): readonly string[] {
  const { domain } = author(text);
  const list = text.fields.get('List');
  const host = list ? 'lists.example.net' : pick(random, [`mail.${domain}`, `mx1.${domain}`, `smtp.${domain}`]);
  const bounces = list ? `${list}-bounces@lists.example.net` : text.fields.has('Bounce') ? '' : author(text).address;
  const ip = `192.0.2.${1 + Math.floor(random.next() * 250)}`;
  const id = () =>
    Math.floor(random.next() * 2 ** 40)
      .toString(36)
      .toUpperCase();
  const date = dateOf(text);
  return [
    `Return-Path: <${bounces}>`,
    `Received: from ${host} (${host} [${ip}])\r\n\tby mx.example.org (Postfix) with ESMTPS id ${id()}\r\n\tfor <alice@example.org>; ${date}`,
    ...(random.next() < 0.6
      ? [`Received: from [10.1.${Math.floor(random.next() * 200)}.4] by ${host}\r\n\twith ESMTPSA id ${id()}; ${date}`]
      : []),
  ];
}

function header(text: HamText, charset: Charset, random: Random): readonly string[] {
  const { fields, seed } = text;
  const { name, address, domain } = author(text);
  const subject = fields.get('Subject') ?? '';
  const id = (n: number) => `<${(seed * 7_919 + n).toString(36)}.${n}@${domain}>`;
  const list = fields.get('List');
  const to = list ? `${list}@lists.example.net` : 'alice@example.org';
  const written = [
    `From: ${name ? `${words(name, charset)} <${address}>` : address}`,
    `To: ${toField(fields.get('To'), charset) ?? to}`,
    `Subject: ${words(subject, charset)}`,
    `Date: ${dateOf(text)}`,
    `Message-ID: ${id(0)}`,
  ];
  if (random.next() < 0.3) written.reverse();
  const mailers = [
    'Thunderbird 115.0',
    'Becky! ver. 2.81',
    'Microsoft Outlook 16.0',
    'EdMax Ver2.86',
    'Mew version 6.8',
  ];
  if (!isMachine(fields) && random.next() < 0.6) written.push(`X-Mailer: ${pick(random, mailers)}`);
  if (fields.has('Reply')) written.push(`In-Reply-To: ${id(1)}`, `References: ${id(2)}\r\n ${id(1)}`);
  if (list) {
    const command = (what: string) => `<mailto:${list}-request@lists.example.net?subject=${what}>`;
    written.push('Precedence: list', `List-Id: <${list}.lists.example.net>`, `List-Post: <mailto:${to}>`);
    written.push(`List-Unsubscribe: ${command('unsubscribe')}`, `X-Mail-Count: ${100 + seed}`);
  }
  if (fields.has('News')) written.push(`List-Unsubscribe: <https://${domain}/stop?k=${seed}>`, 'Precedence: bulk');
  if (fields.has('Auto')) written.push('Auto-Submitted: auto-replied', 'Precedence: junk');
  return written;
}

function bodyOf(text: HamText, charset: Charset, random: Random): Buffer {
  const { fields, seed } = text;
  const said = `${text.text}\n${footer(fields.get('List'))}`;
  const plain = part('text/plain', said, charset, random);
  const boundary = `----=_part_${seed}_${charset}`;
  if (fields.has('Html')) {
    const html = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=${charset}"></head><body><div style="font-size:14px">${toHtml(said)}</div></body></html>`;
    return multipart('alternative', boundary, [plain, part('text/html', html, charset, random)]);
  }
  const title = fields.get('Calendar');
  if (title !== undefined) {
    const event = `BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:${seed}@example.co.jp\nSUMMARY:${title}\nDTSTART:20240610T060000Z\nEND:VEVENT\nEND:VCALENDAR\n`;
    return multipart('alternative', boundary, [
      plain,
      part('text/calendar', event, charset, random, '; method=REQUEST'),
    ]);
  }
  const status = fields.get('Bounce');
  if (status !== undefined) {
    const report = `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.jp\r\n\r\nFinal-Recipient: rfc822; bob@example.jp\r\nAction: ${status.startsWith('4') ? 'delayed' : 'failed'}\r\nStatus: ${status}\r\n`;
    return multipart('report; report-type=delivery-status', boundary, [plain, Buffer.from(report)]);
  }
  return plain;
}

/** A part with its own fields. ISO-2022-JP is made for seven bits; the others travel in base64, quoted-printable or as they are. */
function part(type: string, text: string, charset: Charset, random: Random, parameters = ''): Buffer {
  const bytes = encoded(text.replaceAll('\n', '\r\n'), charset);
  const ways = charset === 'ISO-2022-JP' ? ['7bit', '7bit', 'base64'] : ['base64', 'quoted-printable', '8bit'];
  const way = pick(random, ways);
  const written = way === 'base64' ? base64(bytes) : way === 'quoted-printable' ? quotedPrintable(bytes) : bytes;
  const fields = `Content-Type: ${type}; charset=${charset}${parameters}\r\nContent-Transfer-Encoding: ${way}\r\n\r\n`;
  return Buffer.concat([Buffer.from(fields), written]);
}

function multipart(type: string, boundary: string, parts: readonly Buffer[]): Buffer {
  const [subtype, ...parameters] = type.split('; ');
  const field = [`multipart/${subtype}`, ...parameters, `boundary="${boundary}"`].join('; ');
  const pieces = parts.flatMap(one => [Buffer.from(`\r\n--${boundary}\r\n`), one]);
  return Buffer.concat([Buffer.from(`Content-Type: ${field}\r\n`), ...pieces, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function footer(list: string | undefined): string {
  if (list === undefined) return '';
  return `\n_______________________________________________\n${list} mailing list\n${list}@lists.example.net\nhttps://lists.example.net/${list}\n`;
}

function author({ fields }: HamText): { readonly name: string; readonly address: string; readonly domain: string } {
  const from = fields.get('From') ?? '';
  const [, name = '', address = from] = /^(.*?) ?<(.+)>$/.exec(from) ?? [];
  return { name, address, domain: address.slice(address.indexOf('@') + 1) };
}

function toField(to: string | undefined, charset: Charset): string | undefined {
  if (to === undefined) return undefined;
  const [, name = '', address = to] = /^(.*?) ?<(.+)>$/.exec(to) ?? [];
  return `${words(name, charset)} <${address}>`;
}

function isMachine(fields: HamText['fields']): boolean {
  return ['News', 'Auto', 'Bounce'].some(kind => fields.has(kind));
}

function toHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>\n');
}

/** Spread over the years that the Japanese spam at hand is of, so that nothing is told by the year. */
function dateOf({ seed }: HamText): string {
  const date = new Date(
    Date.UTC(2019 + (seed % 7), seed % 12, 1 + (seed % 28), seed % 24, (seed * 13) % 60, (seed * 7) % 60),
  );
  return date.toUTCString().replace('GMT', '+0900');
}

function pick<T>(random: Random, from: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = from[Math.floor(random.next() * from.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}
