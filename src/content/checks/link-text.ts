// SPDX-License-Identifier: Apache-2.0
/**
 * Link text — a link that shows one address and leads to another: the heart of phishing.
 * Mailing services count clicks so, often with the author's own name at one end: little there, and where a list says how to leave it.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { toALabels } from '../../core/domain.ts';
import { isSameOrganisation } from '../../core/organisation.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'link-text',
  stage: 'message',
  summary: {
    en: 'Looks for links that show another address than they lead to.',
    ja: '表示される URL と実際のリンク先が異なるリンクを調べる。',
  },
  needs: ['mime', 'links', 'identities'],
  config: z.strictObject({}),
  symbols: {
    LINK_TEXT_OTHER_HOST: {
      weight: 1.5,
      says: {
        en: 'A link shows {shown} but leads to {host}.',
        ja: '{shown} と表示されたリンクが {host} を指している。',
      },
    },
    LINK_TEXT_TRACKED: {
      weight: 0.1,
      says: {
        en: 'A link shows {shown} but goes by way of {host}, as mailing services do.',
        ja: '{shown} と表示されたリンクが配信サービスの {host} を経由している。',
      },
    },
  },
  run({ mime: { headers }, links, identities: { from, handedOn }, found }) {
    for (const { kind, shown, host } of links) {
      if (kind !== 'anchor') continue;
      const shownHost = hostShown(shown);
      if (shownHost === '' || isSameOrganisation(shownHost, host)) continue;
      const details = { shown: shortenEnd(shownHost), host: shortenEnd(host) };
      const isAuthors = from.some(
        ({ address: { domain } }) => isSameOrganisation(domain, shownHost) || isSameOrganisation(domain, host),
      );
      const isMailing = handedOn === 'list' || headers.first('list-unsubscribe') !== undefined;
      return [isAuthors || isMailing ? found.LINK_TEXT_TRACKED(details) : found.LINK_TEXT_OTHER_HOST(details)];
    }
    return [];
  },
});

/** The host of a text that is itself a web address; `Yahoo.com Mail` or `read.me` alone is none. */
function hostShown(text: string): string {
  const host = /^\s*(?:https?:\/\/|(?=www\.))([\p{L}\p{N}.-]+\.\p{L}{2,})(?=[/:?#\s]|$)/iu.exec(
    text.slice(0, 300),
  )?.[1];
  return host === undefined ? '' : toALabels(host);
}
