// SPDX-License-Identifier: Apache-2.0
/**
 * Hello name — what a client calls itself (RFC 5321 4.1.1.1, 4.1.3). It proves nothing, so most oddities weigh next to nothing:
 * printers, scanners and old servers greet with a bare word or an underscore. Only one who claims to be us is surely lying.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isWithin, toALabels } from '../../core/domain.ts';
import { isPrivate, networkHas, normaliseIp, parseIp, parseNetwork } from '../../core/ip.ts';
import type { Self } from '../self.ts';

const nameEntries = (description: string) =>
  z
    .array(
      z
        .string()
        .refine(
          text => toALabels(text.replace(/^\./, '')) !== '',
          'expected a name such as host.example.org or .example.org',
        )
        .transform(text => (text.startsWith('.') ? `.${toALabels(text.slice(1))}` : toALabels(text))),
    )
    .default([])
    .meta({ description });

export default defineCheck({
  name: 'hello-name',
  stage: 'hello',
  summary: {
    en: 'Looks at the name the client gives in HELO or EHLO.',
    ja: '接続元が HELO／EHLO で名乗る名前を調べる。',
  },
  needs: ['self', 'directory'],
  config: z.strictObject({
    block: nameEntries('Names in HELO or EHLO whose mail is refused; `.example.org` means it and all names under it.'),
    excuse: z
      .array(
        z
          .string()
          .refine(text => parseNetwork(text) !== undefined, 'expected an address or a network such as 192.0.2.0/24'),
      )
      .default([])
      .meta({
        description: 'Clients whose greeting is not looked at: printers, scanners, a server of ours elsewhere.',
      }),
  }),
  symbols: {
    HELLO_BLOCKED: {
      weight: 8,
      advice: 'reject',
      says: {
        en: 'The client greets with a blocked name ({entry}).',
        ja: '拒否リストにある名前で名乗った（{entry}）。',
      },
    },
    HELLO_OWN_NAME: {
      weight: 3,
      says: {
        en: 'A stranger greets with our own name ({name}).',
        ja: '外部の接続元が当方の名前（{name}）を名乗った。',
      },
    },
    HELLO_OWN_DOMAIN: {
      weight: 1.5,
      says: {
        en: 'A stranger greets as our own domain {name}.',
        ja: '外部の接続元が当方のドメイン {name} を名乗った。',
      },
    },
    HELLO_LITERAL_FOREIGN: {
      weight: 1,
      says: {
        en: 'The client greets with an address that is not its own ({name}).',
        ja: '自分のものでない IP アドレス（{name}）を名乗った。',
      },
    },
    HELLO_LITERAL_PRIVATE: {
      weight: 0.3,
      says: {
        en: 'The client greets with a private address ({name}).',
        ja: 'プライベートアドレス（{name}）を名乗った。',
      },
    },
    HELLO_LITERAL_BARE: {
      weight: 0.8,
      says: {
        en: 'The client greets with an address without brackets ({name}).',
        ja: '角括弧なしの IP アドレス（{name}）を名乗った。',
      },
    },
    HELLO_SYNTAX: {
      weight: 0.8,
      says: {
        en: 'The client greets with something that is no name ({name}).',
        ja: '名前として正しくないもの（{name}）を名乗った。',
      },
    },
    HELLO_LOCALHOST: {
      weight: 0.5,
      says: { en: 'The client greets as {name}.', ja: '接続元が {name} と名乗った。' },
    },
    HELLO_UNQUALIFIED: {
      weight: 0.1,
      says: {
        en: 'The client greets with a bare word ({name}), not a full name.',
        ja: '完全なホスト名でなく単語（{name}）を名乗った。',
      },
    },
    HELLO_UNDERSCORE: {
      weight: 0,
      says: { en: 'The name in the greeting has an underscore ({name}).', ja: '名乗った名前に下線がある（{name}）。' },
    },
  },
  run({ client, hello, config, self, directory, found }) {
    const ip = parseIp(client.ip);
    // A program of this machine greets with its name by right.
    if (ip && (isLoopback(ip) || self.addresses.includes(client.ip))) return [];
    if (client.isOurs || (ip && config.excuse.some(entry => hasAddress(entry, ip)))) return [];
    const shown = { name: shorten(hello.name) };
    const literal = literalOf(hello.name);
    if (literal) {
      const bare = literal.isBare ? [found.HELLO_LITERAL_BARE(shown)] : [];
      if (literal.ip === undefined) return [found.HELLO_SYNTAX(shown)];
      if (literal.ip === client.ip) return bare;
      if (isOwnAddress(literal.ip, self)) return [found.HELLO_OWN_NAME(shown), ...bare];
      const bytes = parseIp(literal.ip);
      return [
        bytes && isPrivate(bytes) ? found.HELLO_LITERAL_PRIVATE(shown) : found.HELLO_LITERAL_FOREIGN(shown),
        ...bare,
      ];
    }
    const name = toALabels(hello.name);
    const entry = config.block.find(one => (one.startsWith('.') ? isWithin(name, one.slice(1)) : name === one));
    if (name !== '' && entry !== undefined) return [found.HELLO_BLOCKED({ entry })];
    if (name === self.name && name !== '') return [found.HELLO_OWN_NAME(shown)];
    if (!isNameLike(name)) return [found.HELLO_SYNTAX(shown)];
    if (directory.isLocalDomain(name)) return [found.HELLO_OWN_DOMAIN(shown)];
    if (/^localhost(\.localdomain|\.localhost)?$/.test(name)) return [found.HELLO_LOCALHOST(shown)];
    return [
      ...(name.includes('.') ? [] : [found.HELLO_UNQUALIFIED(shown)]),
      ...(name.includes('_') ? [found.HELLO_UNDERSCORE(shown)] : []),
    ];
  },
});

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]`, and the same without brackets; `ip` is undefined where none can be read. */
function literalOf(name: string): { readonly ip: string | undefined; readonly isBare: boolean } | undefined {
  const inner = /^\[(?:ipv6:)?([^\]]*)\]$/i.exec(name)?.[1];
  if (inner !== undefined) return { ip: normaliseIp(inner), isBare: false };
  if (name.startsWith('[')) return { ip: undefined, isBare: false };
  const bare = normaliseIp(name);
  return bare === undefined ? undefined : { ip: bare, isBare: true };
}

/** A private address of ours is also everybody else's. */
function isOwnAddress(ip: string, self: Self): boolean {
  const bytes = parseIp(ip);
  return bytes !== undefined && !isPrivate(bytes) && self.addresses.includes(ip);
}

function isLoopback(ip: Uint8Array): boolean {
  return ip.length === 4 ? ip[0] === 127 : ip.every((byte, i) => byte === (i === 15 ? 1 : 0));
}

function isNameLike(name: string): boolean {
  return (
    name.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(name) &&
    !/^[\d.]+$/.test(name)
  );
}

function hasAddress(entry: string, ip: Uint8Array): boolean {
  const network = parseNetwork(entry);
  return network !== undefined && networkHas(network, ip);
}

/** What a client said may be anything; only so much of it is repeated. */
function shorten(name: string): string {
  const safe = name.replace(/[^\x21-\x7e]/g, '?');
  return safe.length > 64 ? `${safe.slice(0, 63)}…` : safe;
}
