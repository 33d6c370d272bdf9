// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMessage } from '../wire/mime/parse.ts';
import { learningIdOf } from './id.ts';

const idOf = (text: string): string => learningIdOf(parseMessage(Buffer.from(text, 'latin1')));
const letter = (id: string, subject: string, body: string): string =>
  `From: alice@example.org\r\n${id}Subject: ${subject}\r\n\r\n${body}`;
const id = 'Message-ID: <1@example.org>\r\n';

describe('the id of a message that is taught', () => {
  it('begins with its Message-ID, which people can look for', () => {
    assert.match(idOf(letter(id, 'Hello', 'Hi\r\n')), /^<1@example\.org> sha256:[0-9a-f]{64}$/);
  });

  it('is the same for every copy, whatever stands before it and however its lines end', () => {
    const one = letter(id, 'Hello', 'Hi Bob,\r\n\r\nlunch?\r\n');
    const copies = [
      one.replaceAll('\r\n', '\n'),
      `Return-Path: <alice@example.org>\r\nReceived: from a by b\r\nX-Spam-Flag: YES\r\n${one}`,
      `${one}\r\n`,
    ];
    for (const copy of copies) assert.equal(idOf(copy), idOf(one));
  });

  it('is another where a stranger has copied the Message-ID for a message of his own', () => {
    const taught = idOf(letter(id, 'Hello', 'Hi\r\n'));
    assert.notEqual(idOf(letter(id, 'Hello', 'Cheap watches\r\n')), taught);
    assert.notEqual(idOf(letter(id, 'Cheap watches', 'Hi\r\n')), taught);
    assert.notEqual(idOf(letter(id, 'Hello', 'Hi\r\n').replace('alice', 'mallory')), taught);
  });

  it('tells messages without a Message-ID apart by what they say', () => {
    assert.match(idOf(letter('', 'Hello', 'Hi\r\n')), /^sha256:[0-9a-f]{64}$/);
    assert.notEqual(idOf(letter('', 'Hello', 'Hi\r\n')), idOf(letter('', 'Hello', 'Bye\r\n')));
    assert.notEqual(idOf(letter('', 'Hello', '')), idOf(letter('', 'Bye', '')));
  });

  it('is short however long the Message-ID is, and cannot be made to look like another', () => {
    assert.ok(idOf(letter(`Message-ID: <${'x'.repeat(5_000)}>\r\n`, 'Hello', 'Hi\r\n')).length < 600);
    const long = (end: string): string => letter(`Message-ID: <${'x'.repeat(5_000)}${end}>\r\n`, 'Hello', 'Hi\r\n');
    assert.notEqual(idOf(long('a')), idOf(long('b')));
    const real = idOf(letter('', 'Hello', 'Hi\r\n'));
    assert.notEqual(idOf(letter(`Message-ID: ${real}\r\n`, 'Hello', 'Hi\r\n')), real);
  });

  it('reads no more of a long message than all who teach it have', () => {
    const long = letter(id, 'Hello', 'x'.repeat(200_000));
    assert.equal(idOf(`${long}a`), idOf(`${long}b`));
    assert.notEqual(
      idOf(letter(id, 'Hello', `${'x'.repeat(65_535)}a`)),
      idOf(letter(id, 'Hello', `${'x'.repeat(65_535)}b`)),
    );
  });
});
