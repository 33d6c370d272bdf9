// SPDX-License-Identifier: Apache-2.0
/** What transcripts (test/dialogues) cannot show: time, back-pressure, faults, and what the attempt hears. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Reply } from '../core/reply.ts';
import { silentLog } from '../core/log.ts';
import { TimerWheel } from '../net/timer-wheel.ts';
import { Dialogue } from './dialogue.ts';
import { limits } from './dialogue/limits.suite.ts';
import { makeManners } from './dialogue/manners.ts';
import type { Attempt, MessageSink } from './ports.ts';

const taken: Reply = { code: 250, enhanced: '2.0.0', lines: ['Ok'] };
const toData = 'EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\n';

/** A dialogue over memory whose attempt takes everything but for what a test says. */
function open(more: Partial<Attempt> = {}, sink: Partial<MessageSink> = {}, { canWrite = (): boolean => true } = {}) {
  const clock = new TestClock();
  const calls: string[] = [];
  const log: unknown[] = [];
  const said: string[] = [];
  const attempt: Attempt = {
    id: '01hx0000000000ab',
    connect: () => undefined,
    hello: () => undefined,
    secured() {},
    sender: () => undefined,
    recipient: () => undefined,
    data: () => ({ write() {}, end: async () => taken, abandon: () => calls.push('abandon'), ...sink }),
    reset: () => calls.push('reset'),
    refused: (command, reply) => calls.push(`refused ${command} ${reply.code}`),
    noticed: oddity => calls.push(oddity),
    gone: () => calls.push('gone'),
    close: how => calls.push(`close ${how}`),
    ...more,
  };
  const flow: string[] = [];
  const dialogue = new Dialogue({
    attempt,
    transport: {
      write(bytes) {
        said.push(bytes.toString('latin1'));
        return canWrite();
      },
      pause: () => flow.push('pause'),
      resume: () => flow.push('resume'),
      startTls: () => flow.push('startTls'),
      leave: () => flow.push('end'),
      end: () => flow.push('end'),
    },
    manners: makeManners('mx.example.jp', limits, true),
    wheel: new TimerWheel(clock),
    log: { ...silentLog, error: (_text, fields) => log.push(fields) },
  });
  dialogue.open();
  const send = (text: string) => dialogue.receive(Buffer.from(text));
  return { dialogue, clock, calls, log, said, flow, send, last: () => said.at(-1) ?? '' };
}

const rest = async () => {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
};

function later<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, resolve, reject };
}

describe('Dialogue', () => {
  it('cuts a client that says nothing for the time of a command, not before', () => {
    const { clock, last, calls } = open();
    clock.advance(limits.commandTime - 1);
    assert.match(last(), /^220 /);
    clock.advance(1_001);
    assert.match(last(), /^421 4\.4\.2 .*\(id 01hx0000000000ab\)/);
    assert.deepEqual(calls, ['refused connection 421', 'close time-out']);
  });

  it('gives no more time for single octets of a command', () => {
    const { clock, send, calls } = open();
    for (let i = 0; i < 10; i++) {
      send('x');
      clock.advance(limits.commandTime / 10 + 200);
    }
    assert.ok(calls.includes('close time-out'));
  });

  it('gives more time for each piece of a message, up to the time of a message', () => {
    const { clock, send, calls } = open();
    send(toData);
    const pieces = Math.floor(limits.dataTime / (limits.dataPause - 2_000));
    for (let i = 0; i < pieces; i++) {
      send('x');
      clock.advance(limits.dataPause - 2_000);
    }
    assert.deepEqual(calls.slice(1), []);
    clock.advance(limits.dataPause);
    assert.deepEqual(calls.slice(1), ['refused connection 421', 'abandon', 'close time-out']);
  });

  it('ends a connection that lasts too long', () => {
    const { clock, send, calls } = open();
    for (let ms = 0; ms < limits.connectionTime; ms += 60_000) {
      send('NOOP\r\n');
      clock.advance(60_000);
    }
    clock.advance(2_000);
    assert.ok(calls.includes('close time-out'));
  });

  it('does not hurry its own side: a slow check costs the client nothing', async () => {
    const answer = later<undefined>();
    const { clock, send, calls, last } = open({ sender: () => answer.promise });
    send('EHLO c.example\r\nMAIL FROM:<a@c.example>\r\n');
    clock.advance(limits.commandTime * 2);
    assert.deepEqual(calls.slice(1), []);
    answer.resolve(undefined);
    await rest();
    assert.match(last(), /250 2\.1\.0/);
    clock.advance(limits.commandTime - 1);
    assert.deepEqual(calls.slice(1), []);
    clock.advance(1_001);
    assert.equal(calls.at(-1), 'close time-out');
  });

  it('notes who speaks before the greeting, and greets all the same', async () => {
    const answer = later<undefined>();
    const { send, calls, said } = open({ connect: () => answer.promise });
    send('EHLO c.example\r\n');
    assert.deepEqual(said, []);
    answer.resolve(undefined);
    await rest();
    assert.match(said.join(''), /^220 .*\r\n250-/);
    assert.deepEqual(calls, ['early-talk']);
  });

  it('notes commands sent ahead of an answer that must be awaited', () => {
    assert.deepEqual(open().calls, []);
    const ahead = open();
    ahead.send('EHLO c.example\r\nMAIL FROM:<a@c.example>\r\n');
    assert.deepEqual(ahead.calls, ['unauthorised-pipelining']);
    const allowed = open();
    allowed.send('EHLO c.example\r\n');
    allowed.send('MAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\n');
    assert.deepEqual(allowed.calls, []);
  });

  it('answers a batch by one write', () => {
    const { said, send } = open();
    send('EHLO c.example\r\n');
    send('MAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\nRCPT TO:<c@example.jp>\r\nDATA\r\n');
    assert.equal(said.length, 3);
    assert.equal(said[2]?.split('\r\n').length, 5);
  });

  it('serves nobody whom the attempt refused at the door, but says goodbye', () => {
    const { said, send, calls } = open({ connect: () => ({ code: 554, enhanced: '5.7.1', lines: ['No'] }) });
    send('EHLO c.example\r\nBDAT 3\r\nabcQUIT\r\n');
    assert.match(said.join(''), /^554 5\.7\.1 No \(id 01hx0000000000ab\)\r\n503 .*\r\n503 .*\r\n221 /);
    assert.equal(calls.at(-1), 'close quit');
  });

  it('closes when the attempt answers 421', () => {
    const { send, calls, last } = open({ sender: () => ({ code: 421, enhanced: '4.3.2', lines: ['Busy'] }) });
    send('EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nNOOP\r\n');
    assert.match(last(), /421 4\.3\.2 Busy \(id/);
    assert.equal(calls.at(-1), 'close refused');
  });

  it('answers a fault of a step with 421, and says nothing of it to the client', async () => {
    for (const sender of [
      () => Promise.reject(new Error('secret')),
      () => {
        throw new Error('secret');
      },
    ]) {
      const { send, calls, last, log } = open({ sender });
      send('EHLO c.example\r\nMAIL FROM:<a@c.example>\r\n');
      await rest();
      assert.match(last(), /421 4\.3\.0 /);
      assert.doesNotMatch(last(), /secret/);
      assert.equal(calls.at(-1), 'close fault');
      assert.equal(log.length, 1);
    }
  });

  it('answers 451 when the sink fails while it writes', async () => {
    for (const write of [
      () => Promise.reject(new Error('disk')),
      () => {
        throw new Error('disk');
      },
    ]) {
      const { send, last, calls, log } = open({}, { write });
      send(`${toData}Subject: x\r\n\r\nx\r\n`);
      await rest();
      send('.\r\n');
      await rest();
      assert.match(last(), /^451 4\.3\.0 /);
      assert.deepEqual(calls.slice(1), ['abandon', 'refused DATA 451', 'reset']);
      assert.equal(log.length, 1);
    }
  });

  it('stops reading while the sink is full, and keeps no more than 64 kB', async () => {
    const full = later<void>();
    let writes = 0;
    const { send, flow } = open({}, { write: () => (writes++ === 0 ? full.promise : undefined) });
    send(toData);
    send('x'.repeat(1_000));
    for (let i = 0; i < 70; i++) send('x'.repeat(1_000));
    assert.deepEqual([writes, flow], [1, ['pause']]);
    full.resolve();
    await rest();
    assert.deepEqual(flow, ['pause', 'resume']);
    assert.equal(writes, 2);
  });

  it('obeys no more while the client does not read', () => {
    let isOpen = true;
    const { dialogue, send, said } = open({}, {}, { canWrite: () => isOpen });
    isOpen = false;
    send('NOOP\r\n');
    send('NOOP\r\n');
    assert.equal(said.length, 2);
    isOpen = true;
    dialogue.writable();
    assert.equal(said.length, 3);
  });

  it('tells a waiting step that the client has gone, and closes when it is done', async () => {
    const answer = later<undefined>();
    const { dialogue, calls, send } = open({ recipient: () => answer.promise });
    send('EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\n');
    dialogue.gone();
    assert.deepEqual(calls.slice(1), ['gone']);
    answer.resolve(undefined);
    await rest();
    assert.deepEqual(calls.slice(1), ['gone', 'close hang-up']);
  });

  it('keeps a message whose client hangs up before the answer', async () => {
    const answer = later<Reply>();
    const { dialogue, calls, send } = open({}, { end: () => answer.promise });
    send(`${toData}x\r\n.\r\n`);
    dialogue.gone();
    answer.resolve(taken);
    await rest();
    assert.deepEqual(calls.slice(1), ['gone', 'close hang-up']);
  });

  it('abandons a message whose client hangs up before its end', () => {
    const { dialogue, calls, send } = open();
    send(`${toData}x\r\n.`);
    dialogue.gone();
    assert.deepEqual(calls.slice(1), ['abandon', 'close hang-up']);
  });

  it('hands a message cut into single octets on in few pieces, whole and in order', async () => {
    const pieces: Buffer[] = [];
    const { send, last } = open({}, { write: piece => void pieces.push(Buffer.from(piece)) });
    send(toData.replace('DATA\r\n', ''));
    const text = Array.from({ length: 30_000 }, (_, i) => String(i % 10)).join('');
    for (const octet of text) send(`BDAT 1\r\n${octet}`);
    send('BDAT 0 LAST\r\n');
    await rest();
    assert.match(last(), /^250 2\.0\.0 Ok/);
    assert.ok(pieces.length < 70, String(pieces.length));
    assert.equal(Buffer.concat(pieces).toString(), text);
  });

  it('refuses a message whose last octets could not be written', async () => {
    const write = (piece: Buffer) => (piece.length > 1 ? Promise.reject(new Error('disk')) : undefined);
    const { send, last, calls } = open({}, { write });
    send(toData.replace('DATA\r\n', ''));
    for (let i = 0; i < 70; i++) send('BDAT 1\r\nx');
    send('BDAT 0 LAST\r\n');
    await rest();
    assert.match(last(), /^451 /);
    assert.ok(calls.includes('abandon'));
  });

  it('survives an attempt that fails where it has no answer to give', () => {
    const fail = () => {
      throw new Error('bug');
    };
    const { send, flow, log } = open({ close: fail, noticed: fail });
    send('NOOP\r\nQUIT\r\n');
    assert.deepEqual(flow, ['end']);
    assert.equal(log.length, 2);
  });
});
