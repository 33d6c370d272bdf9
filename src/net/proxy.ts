// SPDX-License-Identifier: Apache-2.0
/**
 * PROXY — the header a load balancer puts before everything else, versions 1 and 2 (HAProxy's proxy-protocol.txt).
 * `parseProxy` is pure; `readProxy` takes the header off a socket and leaves what follows in it, so that TLS can begin there.
 * TLVs are skipped; LOCAL and UNKNOWN mean the peer itself; anything else is `bad`.
 */
import type { Socket } from 'node:net';
import { formatIp, normaliseIp } from '../core/ip.ts';

export type Proxied = { readonly ip: string; readonly port: number } | 'local' | 'bad';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Version 1 is one line of at most 107 octets. */
const lineLimit = 107;
const headerLimit = 4_096;

/** Undefined while more bytes are needed. */
export function parseProxy(bytes: Buffer): { readonly named: Proxied; readonly length: number } | undefined {
  const known = Math.min(bytes.length, signature.length);
  if (bytes.subarray(0, known).equals(signature.subarray(0, known))) {
    return bytes.length < 16 ? undefined : parseBinary(bytes);
  }
  const end = bytes.subarray(0, lineLimit).indexOf('\r\n');
  if (end >= 0) return { named: parseLine(bytes.toString('latin1', 0, end)), length: end + 2 };
  const start = bytes.toString('latin1', 0, 6);
  return bytes.length >= lineLimit || !'PROXY '.startsWith(start) ? { named: 'bad', length: 0 } : undefined;
}

/** Calls `next` once; bytes after the header are given back to the socket. */
export function readProxy(socket: Socket, next: (named: Proxied) => void): void {
  let waiting = Buffer.alloc(0);
  const onReadable = () => {
    for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) {
      waiting = Buffer.concat([waiting, chunk]);
      const header = parseProxy(waiting);
      if (!header) continue;
      finish();
      const rest = waiting.subarray(header.length);
      if (rest.length > 0) socket.unshift(rest);
      return next(header.named);
    }
  };
  const onEnd = () => {
    finish();
    next('bad');
  };
  const finish = () => {
    socket.off('readable', onReadable).off('end', onEnd).off('error', onEnd).off('close', onEnd);
  };
  socket.on('readable', onReadable).on('end', onEnd).on('error', onEnd).on('close', onEnd);
}

function parseLine(line: string): Proxied {
  const match = /^PROXY (?:(UNKNOWN)(?: .*)?|(TCP[46]) (\S+) (\S+) (\d{1,5}) (\d{1,5}))$/.exec(line);
  if (!match) return 'bad';
  if (match[1]) return 'local';
  const ip = normaliseIp(match[3] ?? '');
  const port = Number(match[5]);
  const isSix = (match[3] ?? '').includes(':');
  return ip === undefined || isSix !== (match[2] === 'TCP6') || port > 65_535 ? 'bad' : { ip, port };
}

function parseBinary(bytes: Buffer): { readonly named: Proxied; readonly length: number } | undefined {
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const size = bytes.readUInt16BE(14);
  const length = 16 + size;
  if (command >> 4 !== 2 || size > headerLimit) return { named: 'bad', length: 0 };
  if (bytes.length < length) return undefined;
  if (command === 0x20) return { named: 'local', length };
  if (command !== 0x21) return { named: 'bad', length };
  switch (family) {
    case 0x00:
      return { named: 'local', length };
    case 0x11:
      return {
        named: size < 12 ? 'bad' : { ip: formatIp(bytes.subarray(16, 20)), port: bytes.readUInt16BE(24) },
        length,
      };
    case 0x21: {
      const ip = normaliseIp(formatIp(bytes.subarray(16, 32)));
      return { named: size < 36 || ip === undefined ? 'bad' : { ip, port: bytes.readUInt16BE(48) }, length };
    }
    default:
      return { named: 'bad', length };
  }
}
