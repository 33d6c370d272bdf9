// SPDX-License-Identifier: Apache-2.0
/**
 * SVG — whether a mark is what BIMI allows: SVG Tiny PS (draft-svg-tiny-ps-abrotman), which can neither run nor fetch anything. Elements and references are
 * those of a list; what is not on it is said. Nothing is drawn. Linear, no recursion; never throws.
 */

const elements = new Set(
  (
    'svg title desc g defs use path rect circle ellipse line polyline polygon ' +
    'text textArea tspan linearGradient radialGradient stop solidColor'
  ).split(' '),
);
const elementsAtMost = 20_000;
const depthAtMost = 100;
const tag =
  /<(\/?)([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

/** Why it is none that may be shown; undefined if it is. */
export function wrongInMark(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const open: string[] = [];
  let count = 0;
  let hasTitle = false;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? text.length : next);
    if (open.length === 0 && between.trim() !== '') return 'it is no SVG';
    if (/&(?!#x?[\da-f]{1,6};|(?:amp|lt|gt|quot|apos);)/i.test(between)) return 'it uses an entity';
    if (next < 0) break;
    const passed = passOver(text, next);
    if (typeof passed === 'string') return passed;
    if (passed !== undefined) {
      at = passed;
      continue;
    }
    tag.lastIndex = next;
    const [whole, slash = '', name = '', attributes = '', end = ''] = tag.exec(text) ?? [];
    if (whole === undefined) return 'a tag cannot be read';
    at = next + whole.length;
    if (slash === '/') {
      if (open.pop() !== name) return `</${name.slice(0, 40)}> ends nothing`;
      continue;
    }
    if (++count > elementsAtMost || open.length > depthAtMost) return 'it has too many elements';
    if (open.length === 0 && count > 1) return 'it has several roots';
    if (!elements.has(name) || (count === 1) !== (name === 'svg')) return `it holds <${name.slice(0, 40)}>`;
    const found = readAttributes(attributes);
    const wrong = (count === 1 ? wrongInRoot(found) : undefined) ?? wrongInAttributes(found);
    if (wrong !== undefined) return wrong;
    hasTitle ||= name === 'title' && open.length === 1;
    if (end === '') open.push(name);
  }
  if (count === 0 || open.length > 0) return 'it is no whole SVG';
  return hasTitle ? undefined : 'it has no title';
}

/** Where it goes on after a comment or the declaration; why it does not; undefined before a tag. */
function passOver(text: string, at: number): number | string | undefined {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
  if (/^<\?xml\s/.test(text.slice(at, at + 6))) return at === 0 ? after(text, '?>', at) : 'it holds an instruction';
  if (text.startsWith('<?', at)) return 'it holds an instruction';
  if (text.startsWith('<![CDATA[', at)) return 'it holds CDATA';
  return text.startsWith('<!', at) ? 'it declares a document type' : undefined;
}

function after(text: string, mark: string, from: number): number | string {
  const at = text.indexOf(mark, from);
  return at < 0 ? 'it is no whole SVG' : at + mark.length;
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
      ([, name = '', first, second]) => [name, first ?? second ?? ''] as const,
    ),
  );
}

function wrongInRoot(attributes: ReadonlyMap<string, string>): string | undefined {
  if (attributes.get('baseProfile') !== 'tiny-ps' || attributes.get('version') !== '1.2')
    return 'it does not say that it is SVG Tiny PS (version="1.2" baseProfile="tiny-ps")';
  if (attributes.get('xmlns') !== 'http://www.w3.org/2000/svg') return 'it is not in the namespace of SVG';
  return attributes.has('x') || attributes.has('y') ? 'its root has a place (x=, y=)' : undefined;
}

function wrongInAttributes(attributes: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of attributes) {
    const bare = name.slice(name.indexOf(':') + 1).toLowerCase();
    if (bare.startsWith('on')) return `it may run something (${name.slice(0, 40)}=)`;
    if (bare === 'base' || ((bare === 'href' || bare === 'src') && !/^#[\w.-]+$/.test(value)))
      return `it refers to something outside (${name.slice(0, 40)}=)`;
    // Signs may be written as numbers, and so hide what stands there.
    if (
      !name.startsWith('xmlns') &&
      /&|(?:javascript|data|https?):|url\(\s*(?!["']?#)|@import|expression\(/i.test(value)
    )
      return `it refers to something outside (${name.slice(0, 40)}=)`;
  }
  return undefined;
}
