// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nameOf, parseCommand } from './command.ts';

const parse = (line: string) => parseCommand(Buffer.from(line));
const sender = { body: '7BIT', isSmtpUtf8: false, address: { local: 'a', domain: 'b.example' } } as const;

describe('parseCommand', () => {
  for (const [line, command] of [
    ['EHLO mx.example', { verb: 'EHLO', name: 'mx.example' }],
    ['helo  my printer ', { verb: 'HELO', name: 'my printer' }],
    ['EHLO', { verb: 'faulty', of: 'EHLO', problem: 'no-name' }],
    ['MAIL FROM:<a@b.example>', { verb: 'MAIL', sender }],
    ['mail from: <a@b.example> size=12', { verb: 'MAIL', sender: { ...sender, sizeBytes: 12 } }],
    ['MAIL FROM:<a@b.example>SIZE=12', { verb: 'MAIL', sender: { ...sender, sizeBytes: 12 } }],
    [
      'MAIL FROM:<> BODY=8BITMIME SMTPUTF8',
      { verb: 'MAIL', sender: { address: null, body: '8BITMIME', isSmtpUtf8: true } },
    ],
    [
      'MAIL FROM: <a@b.example> SUBMITTER=<c@d.example>',
      { verb: 'MAIL', sender: { ...sender, submitter: { local: 'c', domain: 'd.example' } } },
    ],
    [
      'MAIL FROM:<> SUBMITTER=c+2Bd@e.example',
      { verb: 'MAIL', sender: { ...sender, address: null, submitter: { local: 'c+d', domain: 'e.example' } } },
    ],
    [
      'MAIL FROM:<a@b.example> SUBMITTER=c@d.example SUBMITTER=c@d.example',
      { verb: 'faulty', of: 'MAIL', problem: 'parameter-value' },
    ],
    ['MAIL FROM:<a@b.example> SUBMITTER=<>', { verb: 'faulty', of: 'MAIL', problem: 'parameter-value' }],
    ['MAIL FROM:<a@b.example> SUBMITTER=+C3+A9@d.example', { verb: 'faulty', of: 'MAIL', problem: 'needs-utf8' }],
    ['MAIL TO:<a@b.example>', { verb: 'faulty', of: 'MAIL', problem: 'sender-syntax' }],
    ['MAIL FROM:<postmaster>', { verb: 'faulty', of: 'MAIL', problem: 'sender-syntax' }],
    ['MAIL FROM:<a@b.example> SIZE=-1', { verb: 'faulty', of: 'MAIL', problem: 'parameter-value' }],
    ['MAIL FROM:<a@b.example> BODY=9BIT', { verb: 'faulty', of: 'MAIL', problem: 'parameter-value' }],
    ['MAIL FROM:<a@b.example> X=1', { verb: 'faulty', of: 'MAIL', problem: 'parameter-unknown' }],
    ['RCPT TO:<a@b.example>', { verb: 'RCPT', address: sender.address }],
    ['RCPT TO:<postmaster>', { verb: 'RCPT', address: { local: 'postmaster', domain: '' } }],
    ['RCPT TO:<>', { verb: 'faulty', of: 'RCPT', problem: 'recipient-syntax' }],
    ['BDAT 10', { verb: 'BDAT', sizeBytes: 10, isLast: false }],
    ['bdat 0 last', { verb: 'BDAT', sizeBytes: 0, isLast: true }],
    ['BDAT -1', { verb: 'faulty', of: 'BDAT', problem: 'syntax' }],
    ['BDAT 1e9', { verb: 'faulty', of: 'BDAT', problem: 'syntax' }],
    ['DATA', { verb: 'DATA' }],
    ['DATA x', { verb: 'faulty', of: 'DATA', problem: 'argument-unwanted' }],
    ['QUIT now', { verb: 'QUIT' }],
    ['', { verb: 'unknown', word: '' }],
    ['XCLIENT NAME=x', { verb: 'XCLIENT', named: { name: 'x' } }],
    ['XCLIENT', { verb: 'faulty', of: 'XCLIENT', problem: 'syntax' }],
    ['GET / HTTP/1.1', { verb: 'foreign' }],
    ['User-Agent: x', { verb: 'foreign' }],
  ] as const) {
    it(`reads ${JSON.stringify(line)}`, () => assert.deepEqual(parse(line), command));
  }

  it('keeps 255 octets of a name', () => {
    const command = parse(`EHLO ${'x'.repeat(300)}`);
    assert.equal(command.verb === 'EHLO' && command.name.length, 255);
  });

  it('wants SMTPUTF8 for local parts beyond ASCII, not for domains', () => {
    assert.equal(parse('MAIL FROM:<é@b.example>').verb, 'faulty');
    assert.equal(parse('MAIL FROM:<é@b.example> SMTPUTF8').verb, 'MAIL');
    assert.equal(parse('MAIL FROM:<a@bé.example>').verb, 'MAIL');
  });

  it('names what was asked for', () => {
    assert.deepEqual(
      ['MAIL x', 'TURN', 'NOOP'].map(line => nameOf(parse(line))),
      ['MAIL', 'TURN', 'NOOP'],
    );
  });

  it('gives a value for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => assert.ok(parseCommand(Buffer.from(bytes)).verb)),
    );
  });
});
