// SPDX-License-Identifier: Apache-2.0
/**
 * HTML tokens — cuts HTML as browsers do (WHATWG, 13.2.5), as far as mail needs it: tags, attributes, comments, raw text.
 * One pass, no going back: linear for any input; never fails.
 */
export interface TokenSink {
  text(text: string): void;
  open(name: string, attributes: Attributes): void;
  close(name: string): void;
  /** All that stands inside script, style, title and textarea, undecoded; `close` follows. */
  raw(name: string, text: string): void;
}

/** Names in lower case and values as written, in turn. */
export type Attributes = readonly string[];

const greaterThan = 0x3e;
const slash = 0x2f;
const equals = 0x3d;
const attributeLimit = 60;
const none: Attributes = [];

/** Elements in which `<` begins no tag but their own end. */
const rawElements: ReadonlySet<string> = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);

export function tokenise(html: string, sink: TokenSink): void {
  // Raw elements without an end: looked for once each, so that many openings cost no more than one.
  const endless = new Set<string>();
  let at = 0;
  while (at < html.length) {
    const tag = html.indexOf('<', at);
    if (tag < 0) return sink.text(html.slice(at));
    const next = html.charCodeAt(tag + 1);
    if (isLetter(next)) {
      if (tag > at) sink.text(html.slice(at, tag));
      at = readOpening(html, tag + 1, sink, endless);
    } else if (next === slash && isLetter(html.charCodeAt(tag + 2))) {
      if (tag > at) sink.text(html.slice(at, tag));
      const nameEnd = endOfName(html, tag + 2);
      sink.close(html.slice(tag + 2, nameEnd).toLowerCase());
      at = skipAttributes(html, nameEnd);
    } else if (next === 0x21 || next === 0x3f || next === slash) {
      if (tag > at) sink.text(html.slice(at, tag));
      at = skipMarkup(html, tag);
    } else {
      // A `<` that begins nothing is text.
      sink.text(html.slice(at, tag + 1));
      at = tag + 1;
    }
  }
}

function readOpening(html: string, start: number, sink: TokenSink, endless: Set<string>): number {
  const nameEnd = endOfName(html, start);
  const name = html.slice(start, nameEnd).toLowerCase();
  let end = nameEnd + 1;
  let attributes = none;
  if (html.charCodeAt(nameEnd) !== greaterThan) {
    const read: string[] = [];
    end = readAttributes(html, nameEnd, read);
    attributes = read;
  }
  // A tag that never ends is dropped, as browsers drop it.
  if (end > html.length) return html.length;
  sink.open(name, attributes);
  if (!rawElements.has(name)) return end;
  const close = endless.has(name) ? -1 : endOfRaw(html, name, end);
  if (close >= 0) {
    sink.raw(name, html.slice(end, close));
    return close;
  }
  endless.add(name);
  const hidesRest = name === 'script' || name === 'style';
  if (hidesRest) sink.raw(name, html.slice(end));
  // Browsers take all that follows for a title's text; mail programs show it, so it must be seen.
  sink.close(name);
  return hidesRest ? html.length : end;
}

function endOfRaw(html: string, name: string, start: number): number {
  const form = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  form.lastIndex = start;
  return form.exec(html)?.index ?? -1;
}

/** Comments, declarations, processing instructions: where they end. */
function skipMarkup(html: string, tag: number): number {
  if (html.startsWith('<!--', tag)) {
    // `<!-->` and `<!--->` are whole comments.
    if (html.charCodeAt(tag + 4) === greaterThan) return tag + 5;
    if (html.startsWith('->', tag + 4)) return tag + 6;
    const end = html.indexOf('-->', tag + 4);
    return end < 0 ? html.length : end + 3;
  }
  const end = html.indexOf('>', tag + 1);
  return end < 0 ? html.length : end + 1;
}

function endOfName(html: string, start: number): number {
  let at = start;
  while (at < html.length) {
    const code = html.charCodeAt(at);
    if (code <= 0x20 || code === slash || code === greaterThan) break;
    at++;
  }
  return at;
}

function skipAttributes(html: string, start: number): number {
  return html.charCodeAt(start) === greaterThan ? start + 1 : readAttributes(html, start, undefined);
}

/** Reads up to the `>` of the tag; gives the place after it, or one past the end if there is none. */
function readAttributes(html: string, start: number, into: string[] | undefined): number {
  let at = start;
  for (;;) {
    at = skipBlank(html, at);
    if (at >= html.length) return html.length + 1;
    if (html.charCodeAt(at) === greaterThan) return at + 1;
    const nameStart = at++;
    // An equals sign at the start belongs to the name.
    while (at < html.length) {
      const code = html.charCodeAt(at);
      if (code <= 0x20 || code === slash || code === greaterThan || code === equals) break;
      at++;
    }
    const nameEnd = at;
    let code = html.charCodeAt(at);
    while (code <= 0x20) code = html.charCodeAt(++at);
    let value = '';
    if (code === equals) {
      do code = html.charCodeAt(++at);
      while (code <= 0x20);
      const valueStart = at;
      if (code === 0x22 || code === 0x27) {
        const end = html.indexOf(code === 0x22 ? '"' : "'", at + 1);
        if (end < 0) return html.length + 1;
        value = html.slice(valueStart + 1, end);
        at = end + 1;
      } else {
        while (at < html.length && html.charCodeAt(at) > 0x20 && html.charCodeAt(at) !== greaterThan) at++;
        value = html.slice(valueStart, at);
      }
    }
    if (into && into.length < attributeLimit * 2) into.push(html.slice(nameStart, nameEnd).toLowerCase(), value);
  }
}

/** White space and slashes between attributes. */
function skipBlank(html: string, start: number): number {
  let at = start;
  while (at < html.length && (html.charCodeAt(at) <= 0x20 || html.charCodeAt(at) === slash)) at++;
  return at;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
