// SPDX-License-Identifier: Apache-2.0
/** Eval tests of addresses in the message: hosts on lists, and links that lead elsewhere than they say. */
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';
import type { EvalTools } from './tools.ts';

const uriLimit = 8_192;

export const uriTests = {
  check_uri_host_listed: (view, [list = ''], tools) => isListed(view, list, tools),
  check_uri_host_in_welcomelist: (view, _, tools) => isListed(view, 'WELCOME', tools) || isListed(view, 'WHITE', tools),
  check_uri_host_in_whitelist: (view, _, tools) => isListed(view, 'WELCOME', tools) || isListed(view, 'WHITE', tools),
  check_uri_host_in_blocklist: (view, _, tools) => isListed(view, 'BLOCK', tools) || isListed(view, 'BLACK', tools),
  check_uri_host_in_blacklist: (view, _, tools) => isListed(view, 'BLOCK', tools) || isListed(view, 'BLACK', tools),
  check_uri_truncated: view => view.uris.some(({ raw }) => raw.length >= uriLimit),
  check_https_ip_mismatch: view =>
    view.uris.some(
      ({ raw, texts }) => isNumbered(raw) && texts.some(text => /^https:/i.test(text) && !isNumbered(text)),
    ),
  check_https_http_mismatch: (view, [least = '1', most = '10']) => {
    let count = 0;
    for (const { raw, texts, types, domains } of view.uris) {
      if (!types.has('a') || !/^http:/i.test(raw)) continue;
      if (
        texts.some(
          text =>
            /^https:\/\/(?:[^/\s]*\.)?[^/\s]+/i.test(text.trim()) &&
            !domains.some(domain => domain !== '' && text.includes(domain)),
        )
      )
        count++;
    }
    return count >= Number(least) && count < Number(most);
  },
} as const satisfies Record<string, EvalTest>;

function isListed(view: MessageView, list: string, { uriHosts }: EvalTools): boolean {
  const hosts = uriHosts.get(list.toUpperCase());
  if (!hosts) return false;
  return view.uris.some(uri => {
    if (/^mailto:/i.test(uri.raw)) return false;
    return uri.hosts.some(host => {
      for (let name = host; name !== ''; name = name.includes('.') ? name.slice(name.indexOf('.') + 1) : '') {
        if (hosts.has(`!${name}`)) return false;
        if (hosts.has(name)) return true;
      }
      return false;
    });
  });
}

function isNumbered(uri: string): boolean {
  return /^https?:\/+\d{1,3}(?:\.\d{1,3}){3}(?:[:/?#]|$)/i.test(uri);
}
