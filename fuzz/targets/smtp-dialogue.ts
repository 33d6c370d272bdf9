// SPDX-License-Identifier: Apache-2.0
/** SMTP dialogue — a client that sends anything: no fault, replies that are replies, the same however the bytes are cut. */
import { TestClock } from '../../src/core/clock.ts';
import { Dialogue } from '../../src/envelope/dialogue.ts';
import { limits } from '../../src/envelope/dialogue/limits.suite.ts';
import { makeManners } from '../../src/envelope/dialogue/manners.ts';
import { TimerWheel } from '../../src/net/timer-wheel.ts';

export const name = 'smtp-dialogue';

const hello = 'EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\n';

export const seeds: Buffer[] = [
  `${hello}DATA\r\nSubject: x\r\n\r\n..x\r\n.\r\n`,
  `${hello}BDAT 3\r\nabcBDAT 5 LAST\r\n\r\n.\r\nRSET\r\n`,
  'HELO c\nVRFY x\r\nEXPN y\r\nNOOP\r\nHELP\r\nAUTH PLAIN x\r\nDATA\r\nBDAT 10 LAST\r\n0123456789QUIT\r\n',
  '\x16\x03\x01',
  'POST / HTTP/1.1\r\nHost: x\r\n\r\n',
].map(text => Buffer.from(text, 'latin1'));

const small = makeManners('mx.example.jp', { ...limits, messageSize: 1_000, headerSize: 200, recipients: 3 }, false);

export function run(bytes: Buffer): void {
  const whole = play([bytes]);
  const single = play(Array.from(bytes.subarray(0, 2_000), (_, i) => bytes.subarray(i, i + 1)));
  // At the end of a message one write waits for its answer with all answers before it, and here none comes.
  if (bytes.length <= 2_000 && !single.startsWith(whole))
    throw new Error(`cutting changes the replies:\n${whole}\n${single}`);
  for (const line of whole.split('\r\n').slice(0, -1)) {
    if (!/^[2-5]\d\d[ -][ -~]*$/.test(line) || line.length > 510) throw new Error(`no reply: ${line}`);
  }
}

/** The attempt answers at once, so that all happens within this call but for the end of a message: there it ends. */
function play(pieces: readonly Buffer[]): string {
  let said = '';
  let endings = 0;
  const fail = (_text: string, fields: unknown) => {
    throw new Error(JSON.stringify(fields));
  };
  const dialogue = new Dialogue({
    attempt: {
      id: '01hx0000000000ab',
      connect: () => undefined,
      hello: () => undefined,
      secured() {},
      sender: () => undefined,
      recipient: () => undefined,
      data: () => ({ write() {}, end: () => new Promise(() => {}), abandon() {} }),
      reset() {},
      refused() {},
      close: () => endings++,
    },
    transport: {
      write(reply) {
        said += reply.toString('latin1');
        return true;
      },
      pause() {},
      resume() {},
      startTls() {},
      leave() {},
      end() {},
    },
    manners: small,
    wheel: new TimerWheel(new TestClock()),
    log: { debug: fail, info: fail, warn: fail, error: fail },
  });
  dialogue.open();
  for (const piece of pieces) dialogue.receive(Buffer.from(piece));
  dialogue.gone();
  if (endings > 1) throw new Error('closed twice');
  return said;
}
