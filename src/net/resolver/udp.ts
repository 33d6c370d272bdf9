// SPDX-License-Identifier: Apache-2.0
/**
 * UDP — sends one query from a port of its own and waits for the reply.
 * The socket is connected: the kernel picks a random port, passes only what comes from the asked address and port, and tells when nobody
 * listens there. A new port for each query is half of what a forger must guess (RFC 5452 9.1); it costs about 0.1 ms of CPU.
 */
import { createSocket } from 'node:dgram';
import { describeFault } from '../../core/faults.ts';
import type { DnsMessage } from '../../wire/dns/types.ts';
import { guessed, type Transport } from './transport.ts';

/** As many wrong replies to one query are no accident. */
const wrongRepliesAtMost = 10;

export function askByUdp(transport: Transport): Promise<DnsMessage | typeof guessed | string> {
  const { server, query, waitMs, clock, signal } = transport;
  return new Promise(resolve => {
    const socket = createSocket(server.ip.includes(':') ? 'udp6' : 'udp4');
    let wrongReplies = 0;
    let isDone = false;
    const finish = (result: DnsMessage | typeof guessed | string): void => {
      if (isDone) return;
      isDone = true;
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(result);
    };
    const giveUp = (): void => finish('given up');
    const timer = clock.after(waitMs, () => finish('no answer in time'));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) return giveUp();
    // Kept for the life of the socket: an error may still come while it closes.
    socket.on('error', error => finish(describeFault(error)));
    socket.on('message', bytes => {
      const judged = transport.judge(bytes);
      if (typeof judged !== 'string') finish(judged);
      else if (++wrongReplies >= wrongRepliesAtMost) finish(guessed);
    });
    // Node hands a failure to connect to this callback, though its types do not say so.
    socket.connect(server.port, server.ip, (failure?: Error) => {
      if (failure) finish(describeFault(failure));
      else if (!isDone) socket.send(query, error => error && finish(describeFault(error)));
    });
  });
}
