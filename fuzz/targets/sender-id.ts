// SPDX-License-Identifier: Apache-2.0
/** Sender ID — headers, SUBMITTER, and the documents of its ancestors: a responsible address has a domain and survives being written and read again. */
import assert from 'node:assert/strict';
import { sameAddress } from '../../src/core/address.ts';
import { parsePolicy } from '../../src/wire/callerid/policy.ts';
import { parseIimSignature, verdictOf } from '../../src/wire/iim/signature.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { selectPra } from '../../src/wire/senderid/pra.ts';
import { formatSubmitter, parseSubmitter } from '../../src/wire/senderid/submitter.ts';

export const name = 'sender-id';
export const seeds = [
  'From: Alice (cook) <alice@example.org>\r\nSender: "a b"@example.net\r\n\r\n',
  'Resent-From: <@r.example:dan@example.com>\r\nReceived: x\r\nResent-Sender: erin@example.net\r\n\r\n',
  'IIM-SIG: v:"1.1"; h:"iim.example.org"; a:"rsa-sha1"; n:"x"; s:"y"\r\n\r\n',
  'bob+2Btag@example.jp',
  '<bob@example.jp>',
  '<?xml version="1.0"?><ep xmlns="http://ms.net/1" testing="true"><out><m><mx/><a>192.0.2.1</a><r>192.0.2.0/24</r></m></out></ep>',
].map(text => Buffer.from(text));

export function run(bytes: Buffer): void {
  const text = bytes.toString('utf8');
  const { headers } = parseMessage(bytes);
  const pra = selectPra(headers);
  const submitter = parseSubmitter(text);
  for (const address of [pra.kind === 'found' ? pra.address : undefined, submitter]) {
    if (!address) continue;
    assert.notEqual(address.domain, '');
    const written = formatSubmitter(address);
    assert.match(written, /^SUBMITTER=[!-~]+$/);
    assert.ok(sameAddress(parseSubmitter(written.slice('SUBMITTER='.length)) ?? null, address), written);
  }
  parsePolicy(text);
  for (const { raw } of headers.all('iim-sig')) parseIimSignature(raw);
  verdictOf(text);
}
