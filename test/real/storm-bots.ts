// SPDX-License-Identifier: Apache-2.0
/**
 * Storm bots — so many at a time who wait for their greeting, from many networks and by PROXY. A third speaks before it is greeted; all hang up after
 * half a minute at most, never come again with the same mail, and go on to the next as soon as one has ended.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 30_000;

/** In 500 networks of 198.18.0.0/15, which nobody honest here is in. */
export const botIp = (i: number): string => {
  const network = i % 500;
  return `198.${18 + Math.floor(network / 250)}.${network % 250}.${1 + (Math.floor(i / 500) % 250)}`;
};
export const isBotIp = (ip: string): boolean => /^198\.1[89]\./.test(ip);

export const isBot = (id: string): boolean => id.startsWith('bot-');
/** By the Message-ID of its mail: one that spoke before it was greeted. */
export const isEarlyBot = (id: string): boolean => /^bot-\d+$/.test(id) && Number(id.slice(4)) % 3 === 0;

export interface Bots {
  /** How many wait for their greeting now, and how many did at the most. */
  waiting(): number;
  waitedAtMost(): number;
  /** The first words of all answers that ended a bot's visit, with how often. */
  readonly ends: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export function startBots(port: number, count: number, recipient: string): Bots {
  const sockets = new Set<Socket>();
  const ends = new Map<string, number>();
  let waiting = 0;
  let waitedAtMost = 0;
  let next = 0;
  let isStopped = false;

  const visit = (i: number): Promise<void> =>
    new Promise(resolve => {
      const socket = connect(port, '127.0.0.1');
      sockets.add(socket);
      let heard = '';
      let isGreeted = false;
      let said = 0;
      waiting++;
      const lines = [
        `EHLO host-${i}.dyn.example.net\r\n`,
        `MAIL FROM:<win${i}@casino.example>\r\n`,
        `RCPT TO:<${recipient}>\r\n`,
        'DATA\r\n',
        `From: <win${i}@casino.example>\r\nTo: <${recipient}>\r\nSubject: You have won\r\nMessage-ID: <bot-${i}@casino.example>\r\n\r\nbot-${i}: http://casino.example/\r\n.\r\n`,
      ];
      const timer = setTimeout(() => socket.destroy(), patienceMs);
      const isEarly = i % 3 === 0;
      socket.write(`PROXY TCP4 ${botIp(i)} 192.0.2.25 ${1_024 + (i % 60_000)} 25\r\n`);
      // Not together with the PROXY header, as a bot that does not listen would.
      const early = isEarly ? setTimeout(() => socket.write(lines[said++] ?? ''), 500 + (i % 1_000)) : undefined;
      socket.on('data', chunk => {
        heard += String(chunk);
        const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3}) [^\n]*\n/.exec(heard);
        if (!reply) return;
        heard = heard.slice(reply[0].length);
        if (!isGreeted) waiting--;
        isGreeted = true;
        const line = lines[said++];
        if (/^[45]/.test(reply[1] ?? '') || line === undefined) {
          const end = `${lines.length - said} ${reply[0].slice(0, 9)}`;
          ends.set(end, (ends.get(end) ?? 0) + 1);
          socket.destroy();
        } else socket.write(line);
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        clearTimeout(timer);
        clearTimeout(early);
        sockets.delete(socket);
        if (!isGreeted) waiting--;
        resolve();
      });
    });

  const live = async (): Promise<void> => {
    while (!isStopped) {
      waitedAtMost = Math.max(waitedAtMost, waiting);
      await visit(next++);
    }
  };
  const herd = (async () => {
    const lives: Promise<void>[] = [];
    for (let i = 0; i < count && !isStopped; i++) {
      lives.push(live());
      // Not all in one moment: what connects faster than anybody accepts is refused by the kernel.
      if (i % 20 === 19) await pause(20);
    }
    await Promise.all(lives);
  })();
  return {
    waiting: () => waiting,
    waitedAtMost: () => waitedAtMost,
    ends,
    async stop() {
      isStopped = true;
      for (const socket of sockets) socket.destroy();
      await herd;
    },
  };
}
