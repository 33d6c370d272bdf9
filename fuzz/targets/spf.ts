// SPDX-License-Identifier: Apache-2.0
/** SPF — records of either version and their macros: what is read expands to a name that fits, and an explanation to no more than its macros can hold. */
import assert from 'node:assert/strict';
import { recordsFor } from '../../src/wire/senderid/record.ts';
import { expand, expandDomain, isMacroString } from '../../src/wire/spf/macro.ts';
import { parseTerms } from '../../src/wire/spf/record.ts';

export const name = 'spf';
export const seeds = [
  'v=spf1 a mx -all',
  'v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:mail.example.com/24//64 include:_spf.example.net ~all',
  'spf2.0/pra,mfrom exists:%{ir}.%{v}._spf.%{d2} ptr:example.org ?all',
  'v=spf1 redirect=_spf.%{o} exp=%{l1r-}.why.%{d}',
  '%{c} is not one of %{d}%_servers %% %{S} %{p}',
].map(text => Buffer.from(text));

const values = {
  sender: { local: 'a-b+c', domain: 'mail.example.org' },
  domain: 'example.org',
  ip: '2001:db8::1',
  ipBytes: Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  helo: 'mx.example.org',
  name: 'unknown',
  receiver: 'unknown',
  nowSeconds: 1,
};

export function run(bytes: Buffer): void {
  const text = bytes.toString('latin1');
  for (const { terms } of [...recordsFor('pra', [text]), { terms: text }]) {
    const read = parseTerms(terms);
    if (typeof read === 'string') continue;
    const specs = read.mechanisms.flatMap(one => ('spec' in one ? (one.spec ?? []) : []));
    for (const spec of [...specs, read.redirect ?? '', read.explanation ?? ''])
      assert.ok(expandDomain(spec, values).length <= 253);
  }
  if (text.length <= 2_048 && isMacroString(text, 'explanation')) assert.ok(expand(text, values).length <= 200_000);
}
