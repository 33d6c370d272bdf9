// SPDX-License-Identifier: Apache-2.0
/** Policy — the e-mail policy document that Caller ID for E-Mail (2004) published at `_ep.` of a domain: which machines send its mail. Never throws. */
import { toALabels } from '../../core/domain.ts';
import { parseNetwork, type Network } from '../../core/ip.ts';
import { parseXml, type XmlElement } from './xml.ts';

export interface CallerIdPolicy {
  /** The domain only tries it: whatever comes out means nothing. */
  readonly isTest: boolean;
  /** It says that nobody sends its mail. */
  readonly sendsNoMail: boolean;
  /** Its mail servers send, too. */
  readonly hasMx: boolean;
  readonly networks: readonly Network[];
  /** Domains whose senders are its own. */
  readonly indirect: readonly string[];
}

/** Several strings or records are one document in their order. */
export function parsePolicy(text: string): CallerIdPolicy | undefined {
  const root = parseXml(text);
  if (root?.name !== 'ep' || !isOfPolicy(root)) return undefined;
  const out = root.children.filter(({ name }) => name === 'out');
  const machines = out.flatMap(({ children }) => children.filter(({ name }) => name === 'm'));
  const said = machines.flatMap(({ children }) => children);
  const textsOf = (name: string): readonly string[] => said.filter(one => one.name === name).map(one => one.text);
  const networks = [...textsOf('a'), ...textsOf('r')].map(parseNetwork);
  const indirect = textsOf('indirect').map(toALabels);
  // One that cannot be read could be the one that counts.
  if (networks.includes(undefined) || indirect.includes('')) return undefined;
  return {
    isTest: root.attributes.get('testing') === 'true',
    sendsNoMail: out.some(({ children }) => children.some(({ name }) => name === 'noMailServers')),
    hasMx: said.some(({ name }) => name === 'mx'),
    networks: networks.flatMap(network => network ?? []),
    indirect,
  };
}

/** Whether a text at `_ep.` was meant as such a document. */
export function looksLikePolicy(text: string): boolean {
  return /^\s*<(?:\?xml|(?:[\w-]+:)?ep[\s/>])/i.test(text);
}

function isOfPolicy({ attributes }: XmlElement): boolean {
  const space = [...attributes].find(([name]) => name === 'xmlns' || name.startsWith('xmlns:'))?.[1];
  return space === 'http://ms.net/1';
}
