// SPDX-License-Identifier: Apache-2.0
/** Explain filter words — what the pieces are called that the learning filter goes by. */
import type { Piece } from '../core/filter-reasons.ts';
import type { Sentence } from '../core/sentence.ts';

export function kindWords({ kind, of }: Piece): Sentence {
  switch (kind) {
    case 'signs':
      return signsWords[of] ?? { en: 'signs “{text}”', ja: '文字の並び「{text}」' };
    case 'word':
      return of === ''
        ? { en: 'word “{text}” in the text', ja: '本文の語「{text}」' }
        : { en: 'word “{text}” in the field {of}', ja: 'ヘッダ {of} の語「{text}」' };
    case 'value':
      return {
        en: 'value “{text}” in HTML (colour, size, style or link)',
        ja: 'HTML の値「{text}」（色、大きさ、スタイル、リンク）',
      };
    case 'pair':
      return { en: 'pair “{of}” and “{text}”, {apart} apart', ja: '「{of}」と、{apart} つ後の「{text}」の組' };
    case 'japanese':
      return { en: 'Japanese signs “{text}”', ja: '日本語の文字「{text}」' };
    case 'field':
      return { en: 'there is a field {text}', ja: 'ヘッダ {text} がある' };
    case 'fields':
      return of === ''
        ? { en: 'the first field is {text}', ja: '最初のヘッダが {text}' }
        : { en: 'the field {text} follows {of}', ja: 'ヘッダ {of} の次が {text}' };
    case 'tag':
      return { en: 'HTML tag <{text}>', ja: 'HTML タグ <{text}>' };
    case 'tags':
      return of === ''
        ? { en: 'the first HTML tag is <{text}>', ja: '最初の HTML タグが <{text}>' }
        : { en: 'HTML tag <{text}> after <{of}>', ja: 'HTML タグ <{of}> の次が <{text}>' };
    case 'trait':
      return { en: '{of}: “{text}”', ja: '{of}: 「{text}」' };
  }
}

const signsWords: Readonly<Record<string, Sentence>> = {
  head: { en: 'signs “{text}” in the header', ja: 'ヘッダの文字の並び「{text}」' },
  text: { en: 'signs “{text}” in the text', ja: '本文の文字の並び「{text}」' },
  address: { en: 'signs “{text}” in an address of the web', ja: 'URL の文字の並び「{text}」' },
};

/** How a message is built. */
export const traitWords: Readonly<Record<string, Sentence>> = {
  hops: { en: 'number of Received fields: {text}', ja: 'Received の数: {text}' },
  from: { en: 'server {which} of the way is of “{text}”', ja: '経路の {which} 番目のサーバのドメイン「{text}」' },
  net16: { en: 'a server of the way is in {text}.0.0/16', ja: '経路のサーバが {text}.0.0/16 にある' },
  net24: { en: 'a server of the way is in {text}.0/24', ja: '経路のサーバが {text}.0/24 にある' },
  domain: { en: 'domain in {which}: “{text}”', ja: '{which} のドメイン「{text}」' },
  agrees: {
    en: 'the domain in {which} is that of From: {text}',
    ja: '{which} のドメインが From と一致するか: {text}',
  },
  'message-id': { en: 'shape of the Message-ID: “{text}”', ja: 'Message-ID の形「{text}」' },
  date: { en: 'shape of the date: “{text}”', ja: '日付の形「{text}」' },
  zone: { en: 'time zone: “{text}”', ja: '時間帯「{text}」' },
  mailer: { en: 'mail program: “{text}”', ja: 'メールソフト「{text}」' },
  subject: { en: 'shape of the subject: “{text}”', ja: '件名の形「{text}」' },
  parts: { en: 'number of parts: {text}', ja: 'パートの数: {text}' },
  type: { en: 'a part of type {text}', ja: '{text} 型のパート' },
  types: { en: 'types of parts one after the other: {text}', ja: 'パートの型の並び: {text}' },
  encoding: { en: 'encoding of a part: {text}', ja: 'パートの符号化: {text}' },
  charset: { en: 'character set: “{text}”', ja: '文字コード「{text}」' },
  disposition: { en: 'how a part is to be shown: {text}', ja: 'パートの表示のしかた: {text}' },
  extension: { en: 'a file name ending in “{text}”', ja: 'ファイル名の拡張子「{text}」' },
  links: { en: 'number of links: {text}', ja: 'リンクの数: {text}' },
  host: { en: 'a link to the host “{text}”', ja: 'ホスト「{text}」へのリンク' },
  site: { en: 'a link to the site “{text}”', ja: 'サイト「{text}」へのリンク' },
  top: { en: 'a link below the top-level domain “{text}”', ja: 'トップレベルドメイン「{text}」へのリンク' },
  length: { en: 'length: 2 to the power of {text} bytes and more', ja: '長さ: 2 の {text} 乗バイト以上' },
  capitals: { en: 'share of capitals: {text} of 16', ja: '大文字の割合: 16 分の {text}' },
  digits: { en: 'share of digits: {text} of 16', ja: '数字の割合: 16 分の {text}' },
  beyond: { en: 'share of bytes beyond ASCII: {text} of 16', ja: 'ASCII 以外のバイトの割合: 16 分の {text}' },
};
