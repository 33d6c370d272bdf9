// SPDX-License-Identifier: Apache-2.0
/** DNS — what a name server, or someone who pretends to be one, may send us. */
import { decodeMessage } from '../../src/wire/dns/message.ts';
import { readName, writeName } from '../../src/wire/dns/name.ts';
import { encodeQuery } from '../../src/wire/dns/query.ts';
import { encodeReply } from '../../src/wire/dns/reply.ts';
import { typeNumbers } from '../../src/wire/dns/types.ts';

export const name = 'dns';

const question = { name: 'example.org', type: typeNumbers.MX, class: 1 };
const owner = { name: 'example.org', ttlSeconds: 300 } as const;

export const seeds: Buffer[] = [
  encodeQuery({ id: 1, name: 'example.org', type: 'A', hasEdns: true }) ?? Buffer.alloc(0),
  encodeReply({
    id: 2,
    question,
    answers: [
      { ...owner, type: 'CNAME', data: 'mail.example.org' },
      { ...owner, type: 'MX', data: '10 mx.example.org' },
      { ...owner, type: 'TXT', data: 'v=spf1 mx -all' },
      { ...owner, type: 'AAAA', data: '2001:db8::1' },
      { ...owner, type: 'SRV', data: '1 2 3 srv.example.org' },
      { ...owner, type: 'TLSA', data: '3 1 1 00ff' },
    ],
    authority: [{ ...owner, type: 'SOA', data: 'ns.example.org admin.example.org 1 2 3 4 5' }],
  }),
];

export function run(bytes: Buffer): void {
  const message = decodeMessage(bytes);
  for (const record of [...(message?.answers ?? []), ...(message?.authority ?? [])]) {
    // What was read as a name can be asked for.
    if (!writeName(record.name)) throw new Error(`read a name that cannot be written: ${record.name}`);
  }
  const read = readName(bytes, 0);
  if (read && !writeName(read.name)) throw new Error(`read a name that cannot be written: ${read.name}`);
}
