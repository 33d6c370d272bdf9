// SPDX-License-Identifier: Apache-2.0
/**
 * XML — the small part of it that reports are written in: elements, text, CDATA, comments, the five named entities and character references.
 * A DOCTYPE is refused, and with it every entity of a stranger's making. Strict about nesting, lenient about names (prefixes are cut off).
 * Linear, no recursion; fails with `bad-input`.
 */
import { Fault } from '../../core/faults.ts';

export interface Element {
  /** Without its prefix, in lower case. */
  readonly name: string;
  /** Text directly in it, white space around it cut. */
  readonly text: string;
  readonly children: readonly Element[];
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

const depthAtMost = 32;
/** Ten megabytes of real reports have 400,000. */
const elementsAtMost = 500_000;
const textAtMost = 4_096;

/** The root element. */
export function readXml(text: string): Element {
  const top: Open = { name: '', text: '', children: [] };
  const open: Open[] = [top];
  let count = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    // True: the top is never closed.
    const inner = open.at(-1)!;
    const tag = text.indexOf('<', at);
    if (inner.text.length < textAtMost) inner.text += decode(text.slice(at, tag < 0 ? text.length : tag));
    if (tag < 0) break;
    if (text.startsWith('<!--', tag)) at = after(text, '-->', tag + 4);
    else if (text.startsWith('<?', tag)) at = after(text, '?>', tag + 2);
    else if (text.startsWith('<![CDATA[', tag)) {
      at = after(text, ']]>', tag + 9);
      if (inner.text.length < textAtMost) inner.text += text.slice(tag + 9, at - 3);
    } else if (text[tag + 1] === '!') throw bad('it declares a document type');
    else {
      const end = endOfTag(text, tag + 1);
      const body = text.slice(tag + 1, end);
      at = end + 1;
      if (body.startsWith('/')) close(open, nameOf(body.slice(1)));
      else {
        if (++count > elementsAtMost) throw bad('it has too many elements');
        const element: Open = { name: nameOf(body), text: '', children: [] };
        if (body.endsWith('/')) inner.children.push(element);
        else if (open.push(element) > depthAtMost) throw bad('it is nested too deeply');
      }
    }
  }
  if (open.length > 1) throw bad(`<${open.at(-1)?.name}> does not end`);
  const [root, ...others] = top.children;
  if (!root || others.length > 0 || top.text.trim() !== '') throw bad('it is no XML document');
  return root;
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find(one => one.name === name);
}

export function children(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter(one => one.name === name) ?? [];
}

/** The text of a child, cut at `limit`; empty if there is none. */
export function textOf(element: Element | undefined, name: string, limit = 255): string {
  return child(element, name)?.text.slice(0, limit) ?? '';
}

/** Text for between tags; what XML 1.0 does not allow becomes U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are what XML 1.0 2.2 leaves out.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
  );
}

function close(open: Open[], name: string): void {
  const done = open.length > 1 ? open.pop() : undefined;
  if (done?.name !== name) throw bad(`</${name.slice(0, 40)}> ends nothing`);
  // True: the top is never closed.
  open.at(-1)!.children.push({ name, text: done.text.trim(), children: done.children });
}

function nameOf(body: string): string {
  const [, name] = /^(?:[\w.-]{1,64}:)?([\w.-]{1,64})(?=[\s/]|$)/.exec(body) ?? [];
  if (name === undefined) throw bad('a tag has no name');
  return name.toLowerCase();
}

/** Where `>` is; those in attribute values are none. */
function endOfTag(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '>') return at;
    if (sign === '<') break;
    if (sign === '"' || sign === "'") {
      at = text.indexOf(sign, at + 1);
      if (at < 0) break;
    }
  }
  throw bad('a tag does not end');
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw bad(`${mark} is missing`);
  return at + mark.length;
}

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{1,32})?;?/gi, (mark, name: string | undefined) => {
    if (name === undefined || !mark.endsWith(';')) return mark;
    if (!name.startsWith('#')) {
      const sign = named.get(name);
      if (sign === undefined) throw bad(`the entity ${name} is unknown`);
      return sign;
    }
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : '\ufffd';
  });
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail: `XML: ${detail}` });
}
