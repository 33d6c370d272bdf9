// SPDX-License-Identifier: Apache-2.0
/**
 * Link hosts — where links lead: to a bare address, through a shortener or a search engine's redirect, to a name made of look-alike letters,
 * to a host hidden behind a user part, an escape or an odd port.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { toULabels } from '../../core/domain.ts';
import { isPrivate, parseIp } from '../../core/ip.ts';
import { isShortener, isRedirector } from '../shorteners.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'link-hosts',
  stage: 'message',
  summary: { en: 'Looks where the links lead.', ja: 'リンク先のホストを調べる。' },
  needs: ['links'],
  config: z.strictObject({}),
  symbols: {
    LINK_NUMERIC_HOST: {
      weight: 1.5,
      says: {
        en: 'A link leads to a bare address ({host}).',
        ja: 'リンク先がホスト名でなく IP アドレス（{host}）である。',
      },
    },
    LINK_DISGUISED_ADDRESS: {
      weight: 2.5,
      says: {
        en: 'A link leads to an address written as a number ({host}).',
        ja: 'リンク先の IP アドレスが特殊な数値（{host}）で書かれている。',
      },
    },
    LINK_SHORTENED: {
      weight: 0.2,
      says: {
        en: 'A shortened link hides where it leads ({host}).',
        ja: '短縮 URL（{host}）でリンク先が隠されている。',
      },
    },
    LINK_REDIRECTED: {
      weight: 0.6,
      says: {
        en: 'A link leads through a redirect of {host}.',
        ja: 'リンクが {host} の転送機能を経由している。',
      },
    },
    LINK_LOOK_ALIKE: {
      weight: 1.5,
      says: {
        en: 'A link leads to a name of mixed scripts ({host}).',
        ja: 'リンク先のホスト名に異なる文字種が混ざっている（{host}）。',
      },
    },
    LINK_USER_PART: {
      weight: 2,
      says: {
        en: 'A link hides its host, {host}, behind another name and an @.',
        ja: 'リンク先のホスト（{host}）が、別の名前と @ の後ろに隠されている。',
      },
    },
    LINK_ESCAPED_HOST: {
      weight: 2,
      says: {
        en: 'The host of a link is written in escapes ({host}).',
        ja: 'リンク先のホスト名がエスケープ表記で隠されている（{host}）。',
      },
    },
    LINK_ODD_PORT: {
      weight: 0.4,
      says: { en: 'A link leads to an odd port of {host}.', ja: 'リンク先 {host} のポート番号が通常と違う。' },
    },
  },
  run({ links, found }) {
    const hostOf = (is: (link: (typeof links)[number]) => boolean) => {
      const host = links.find(link => link.kind !== 'image' && is(link))?.host;
      return host === undefined ? undefined : { host: shortenEnd(host) };
    };
    const numeric = hostOf(({ host }) => isPublicAddress(host));
    const disguised = hostOf(
      ({ host }) =>
        /^(0x[0-9a-f]+|\d{8,10}|(0x[0-9a-f]+|0\d+)(\.(0x[0-9a-f]+|\d+)){1,3})$/.test(host) &&
        parseIp(host) === undefined,
    );
    const shortened = hostOf(({ host }) => isShortener(host));
    const redirected = hostOf(isRedirector);
    const lookAlike = hostOf(({ host }) => host.includes('xn--') && hasMixedLabel(toULabels(host)));
    const userPart = hostOf(({ hasUserPart }) => hasUserPart);
    const escaped = hostOf(({ isEscaped }) => isEscaped);
    const oddPort = hostOf(({ port }) => port !== '' && !ordinaryPorts.has(port));
    return [
      ...(numeric ? [found.LINK_NUMERIC_HOST(numeric)] : []),
      ...(disguised ? [found.LINK_DISGUISED_ADDRESS(disguised)] : []),
      ...(shortened ? [found.LINK_SHORTENED(shortened)] : []),
      ...(redirected ? [found.LINK_REDIRECTED(redirected)] : []),
      ...(lookAlike ? [found.LINK_LOOK_ALIKE(lookAlike)] : []),
      ...(userPart ? [found.LINK_USER_PART(userPart)] : []),
      ...(escaped ? [found.LINK_ESCAPED_HOST(escaped)] : []),
      ...(oddPort ? [found.LINK_ODD_PORT(oddPort)] : []),
    ];
  },
});

const ordinaryPorts: ReadonlySet<string> = new Set(['80', '443', '8080', '8443', '8000', '3000']);

/** Devices and colleagues link to 192.168.1.1; nobody is phished there. */
function isPublicAddress(host: string): boolean {
  const ip = parseIp(host.replace(/^\[|\]$/g, ''));
  return ip !== undefined && !isPrivate(ip);
}

/** Latin letters beside Cyrillic or Greek ones in one label; Japanese names mix kana, kanji and Latin rightly. */
function hasMixedLabel(host: string): boolean {
  return host.split('.').some(label => /[a-z]/i.test(label) && /[\u0370-\u04ff]/.test(label));
}
