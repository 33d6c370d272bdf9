// SPDX-License-Identifier: Apache-2.0
/** TCP — one query over a connection of its own, octets counted before each message (RFC 7766), for answers too long for UDP. */
import { connect } from 'node:net';
import { describeFault } from '../../core/faults.ts';
import type { DnsMessage } from '../../wire/dns/types.ts';
import type { Transport } from './transport.ts';

export function askByTcp(transport: Transport): Promise<DnsMessage | string> {
  const { server, query, waitMs, clock, signal } = transport;
  return new Promise(resolve => {
    const socket = connect({ host: server.ip, port: server.port });
    let received: Buffer = Buffer.alloc(0);
    let isDone = false;
    const finish = (result: DnsMessage | string): void => {
      if (isDone) return;
      isDone = true;
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => finish('given up');
    const timer = clock.after(waitMs, () => finish('no answer in time by TCP'));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) return giveUp();
    socket.on('error', error => finish(describeFault(error)));
    socket.on('close', () => finish('the server closed the connection'));
    socket.on('data', (chunk: Buffer) => {
      // At most 64 kB and one chunk: what follows the first message is never waited for.
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const end = 2 + received.readUInt16BE(0);
      if (received.length < end) return;
      const judged = transport.judge(received.subarray(2, end));
      finish(typeof judged === 'string' ? 'the answer cannot be read' : judged);
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length, 0);
    socket.end(Buffer.concat([length, query]));
  });
}
