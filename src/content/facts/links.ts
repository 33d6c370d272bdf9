// SPDX-License-Identifier: Apache-2.0
/** Links — every web address the message leads to or loads: anchors with the text they show, images, and addresses in plain text. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { readWebAddress, webAddressesIn, type WebAddress } from '../url.ts';

export interface Link extends WebAddress {
  readonly kind: 'anchor' | 'image' | 'text';
  /** What an anchor shows, cut; empty for others. */
  readonly shown: string;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly links: Measured<'message', readonly Link[]>;
  }
}

/** Of each text; spam with more is caught by its first. */
const linksRead = 200;

export default defineFact({
  name: 'links',
  scope: 'message',
  summary: { en: 'The web addresses in the message.', ja: 'メッセージ中の URL。' },
  needs: ['text'],
  deadlineMs: 1_000,
  read({ text: { plain, pages } }) {
    const links: Link[] = webAddressesIn(plain, linksRead).map(address => ({ ...address, kind: 'text', shown: '' }));
    const add = (address: string, kind: Link['kind'], shown: string): void => {
      const read = readWebAddress(address);
      if (read && read.host !== '') links.push({ ...read, kind, shown });
    };
    for (const page of pages) {
      for (const { href, text } of page.links) add(href, 'anchor', text);
      for (const { src } of page.images) add(src, 'image', '');
      if (page.refresh !== '') add(page.refresh, 'anchor', '');
      // Mail programs make links of bare addresses in HTML too.
      for (const address of webAddressesIn(page.text, linksRead)) links.push({ ...address, kind: 'text', shown: '' });
    }
    return links;
  },
  record: links => ({ hosts: [...new Set(links.map(({ host }) => host.slice(-80)))].slice(0, 20) }),
});
