// SPDX-License-Identifier: Apache-2.0
/** PROXY — what may stand before everything else on a connection from a load balancer. */
import { parseIp } from '../../src/core/ip.ts';
import { parseProxy } from '../../src/net/proxy.ts';

export const name = 'smtp-proxy';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

export const seeds: Buffer[] = [
  Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 54321 25\r\nEHLO x\r\n'),
  Buffer.from('PROXY TCP6 2001:db8::7 ::1 54321 25\r\n'),
  Buffer.from('PROXY UNKNOWN\r\n'),
  Buffer.concat([signature, Buffer.of(0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0xd4, 0x31, 0, 25)]),
  Buffer.concat([signature, Buffer.of(0x20, 0, 0, 0)]),
];

export function run(bytes: Buffer): void {
  const header = parseProxy(bytes);
  if (!header) {
    if (bytes.length > 4_112) throw new Error('asks for more than a header may have');
    return;
  }
  if (header.length > bytes.length) throw new Error('took more than there was');
  if (typeof header.named === 'object' && !parseIp(header.named.ip)) throw new Error(`no address: ${header.named.ip}`);
}
