// SPDX-License-Identifier: Apache-2.0
/** Question — the names by which lists in DNS are asked (RFC 5782): an address turned round, or a domain, before the zone; and those that test a list. */
import type { ListForm } from '../../core/dns-lists.ts';
import { parseIp, reversedLabels } from '../../core/ip.ts';

/** `text` is an address, or a domain as A-labels. Undefined if it cannot be asked about: longer than a name may be, or no domain of several labels. */
export function listQuestion(
  text: string,
  zone: string,
): { readonly name: string; readonly form: ListForm } | undefined {
  const ip = parseIp(text);
  if (ip) return { name: `${reversedLabels(ip)}.${zone}`, form: ip.length === 4 ? 'ipv4' : 'ipv6' };
  const name = `${text}.${zone}`;
  const isDomain = text.includes('.') && /^[a-z0-9_.-]+$/.test(text) && !text.split('.').includes('');
  return isDomain && name.length <= 253 ? { name, form: 'domain' } : undefined;
}

/** What must be listed and what must not be (RFC 5782 5); IPv6 lists have the test addresses of IPv4 in ::ffff:0:0/96. */
export function testQuestions(form: ListForm, zone: string) {
  const v6 = (last: string): string => `${last}.0.0.0.0.0.f.7.f.f.f.f${'.0'.repeat(20)}`;
  switch (form) {
    case 'ipv4':
      return { listed: `2.0.0.127.${zone}`, unlisted: `1.0.0.127.${zone}` };
    case 'ipv6':
      return { listed: `${v6('2')}.${zone}`, unlisted: `${v6('1')}.${zone}` };
    case 'domain':
      return { listed: `test.${zone}`, unlisted: `invalid.${zone}` };
  }
}
