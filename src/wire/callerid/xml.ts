// SPDX-License-Identifier: Apache-2.0
/**
 * XML — as much of it as a Caller ID record needs: elements, attributes, text. Nothing is ever fetched or expanded: no document type, no entities,
 * no processing but a declaration at the start. Undefined for whatever is not that, too large or too deep. Linear; never throws.
 */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Directly inside, white space around it cut. */
  readonly text: string;
}

/** A record that DNS can carry over UDP has less. */
const sizeAtMost = 8_192;
const depthAtMost = 8;

interface Open {
  readonly written: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

export function parseXml(source: string): XmlElement | undefined {
  // An ampersand begins an entity, and `<!` a document type, a comment or a section.
  if (source.length > sizeAtMost || /&|<!/.test(source)) return undefined;
  const text = source.trim().replace(/^<\?xml[ \t\r\n][^<>?]*\?>/, '');
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let at = 0;
  for (const found of text.matchAll(/<([^<>]*)>/g)) {
    const between = text.slice(at, found.index);
    at = found.index + found[0].length;
    const above = open.at(-1);
    if (above) above.text += between;
    // Outside the root there is nothing but white space.
    if (between.includes('>') || (!above && between.trim() !== '')) return undefined;
    const tag = found[1] ?? '';
    if (tag.startsWith('/')) {
      const closed = open.pop();
      if (closed?.written !== tag.slice(1).trimEnd()) return undefined;
      root = place(closed, open, root);
      continue;
    }
    const isEmpty = tag.endsWith('/');
    const begun = beginning(isEmpty ? tag.slice(0, -1) : tag);
    if (!begun || (!above && root) || open.length >= depthAtMost) return undefined;
    if (isEmpty) root = place(begun, open, root);
    else open.push(begun);
  }
  return open.length === 0 && text.slice(at).trim() === '' ? root : undefined;
}

function place({ written, attributes, children, text }: Open, open: readonly Open[], root: XmlElement | undefined) {
  const element = { name: written.replace(/^.*:/, ''), attributes, children, text: text.trim() };
  const above = open.at(-1);
  if (!above) return element;
  above.children.push(element);
  return root;
}

function beginning(tag: string): Open | undefined {
  const [whole, written] = /^([A-Za-z_][\w.:-]*)/.exec(tag) ?? [];
  if (whole === undefined || written === undefined) return undefined;
  const attributes = new Map<string, string>();
  let rest = tag.slice(whole.length);
  while (rest.trim() !== '') {
    const [attribute, name, , double, single] =
      /^[ \t\r\n]+([A-Za-z_][\w.:-]*)[ \t\r\n]*=[ \t\r\n]*("([^"]*)"|'([^']*)')/.exec(rest) ?? [];
    if (attribute === undefined || name === undefined || attributes.has(name)) return undefined;
    attributes.set(name, double ?? single ?? '');
    rest = rest.slice(attribute.length);
  }
  return { written, attributes, children: [], text: '' };
}
