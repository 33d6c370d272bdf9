// SPDX-License-Identifier: Apache-2.0
/** Name server suite — a real name server on the loopback for tests, UDP and TCP on one port, that answers as it is told. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server as TcpServer } from 'node:net';
import { decodeMessage } from '../wire/dns/message.ts';
import { encodeReply, type Reply } from '../wire/dns/reply.ts';
import type { DnsQuestion } from '../wire/dns/types.ts';
import type { ServerAddress } from './resolver/server-address.ts';

export interface Asked {
  readonly id: number;
  readonly question: DnsQuestion;
  readonly hasEdns: boolean;
  readonly by: 'udp' | 'tcp';
  /** Where the query came from. */
  readonly port: number;
}

/** A reply to be completed with id and question; octets to be sent as they are, one datagram each; or silence. */
export type Told = Omit<Reply, 'id'> | readonly Buffer[] | 'silence';

export class NameServer {
  readonly address: ServerAddress;
  readonly asked: Asked[] = [];
  readonly #udp: UdpSocket;
  readonly #tcp: TcpServer;

  private constructor(udp: UdpSocket, tcp: TcpServer) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.address = { ip: '127.0.0.1', port: udp.address().port };
  }

  static async start(tell: (asked: Asked, count: number) => Told): Promise<NameServer> {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as { port: number };
    const udp = createSocket('udp4');
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    const server = new NameServer(udp, tcp);
    const answer = (bytes: Buffer, by: 'udp' | 'tcp', from: number): readonly Buffer[] => {
      const message = decodeMessage(bytes)!;
      const asked = { id: message.id, question: message.question!, hasEdns: bytes[11] === 1, by, port: from };
      server.asked.push(asked);
      const told = tell(asked, server.asked.length);
      if (told === 'silence') return [];
      if ('length' in told) return told;
      return [encodeReply({ question: asked.question, ...told, id: asked.id })];
    };
    udp.on('message', (bytes, from) => {
      for (const reply of answer(bytes, 'udp', from.port)) udp.send(reply, from.port, from.address);
    });
    tcp.on('connection', socket => {
      socket.on('error', () => socket.destroy());
      socket.once('data', bytes => {
        const reply = answer(bytes.subarray(2), 'tcp', socket.remotePort!)[0];
        if (!reply) return socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.end(Buffer.concat([length, reply]));
      });
    });
    return server;
  }

  async close(): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, 'close');
  }
}
