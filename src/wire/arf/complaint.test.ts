// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { parseMessage } from '../mime/parse.ts';
import { composeComplaint, type Complaint } from './complaint.ts';
import { readFeedbackReport } from './feedback-report.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const message = 'From: bob@example.jp\r\nMessage-ID: <1@example.jp>\r\nCFBL-Feedback-ID: 1:2\r\n\r\nbuy\r\n';
const complaintOf = (more: Partial<Complaint> = {}): Complaint => ({
  id: '0123456789abcdef',
  from: { local: 'postmaster', domain: 'example.net' },
  to: { local: 'fbl', domain: 'example.jp' },
  reportingHost: 'mx.example.net',
  at,
  arrivedAt: at - 1000,
  sourceIp: '2001:db8::7',
  domain: 'example.jp',
  mailFrom: 'bounce@example.jp',
  results: 'mx.example.net; spf=pass smtp.mailfrom=example.jp',
  text: ['complaint', '苦情'],
  message: Buffer.from(message),
  ...more,
});
const typesOf = (bytes: Buffer) => parseMessage(bytes).parts.map(({ type, subtype }) => `${type}/${subtype}`);
/** The machine's part, as its reader takes it. */
const fieldsOf = (bytes: Buffer) => {
  const part = parseMessage(bytes).parts.find(({ subtype }) => subtype === 'feedback-report');
  assert.ok(part);
  return readFeedbackReport(bytes.subarray(part.bodyStart, part.bodyEnd).toString());
};

describe('a complaint', () => {
  it('is a feedback report of three parts (RFC 5965 2)', () => {
    const bytes = composeComplaint(complaintOf());
    const { parameters } = parseMessage(bytes).root;
    assert.equal(parameters.get('report-type'), 'feedback-report');
    assert.deepEqual(typesOf(bytes).slice(0, 4), [
      'multipart/report',
      'text/plain',
      'message/feedback-report',
      'message/rfc822',
    ]);
    const text = bytes.toString();
    for (const field of ['Feedback-Type: abuse', 'User-Agent: Sekisho', 'Version: 1'])
      assert.ok(text.includes(`\r\n${field}\r\n`), field);
    assert.match(text, /\r\nAuthentication-Results: mx\.example\.net; spf=pass\s+smtp\.mailfrom=example\.jp\r\n/);
  });

  it('is read back by the one reader of such reports', () => {
    assert.deepEqual(fieldsOf(composeComplaint(complaintOf())), {
      type: 'abuse',
      domain: 'example.jp',
      failure: '',
      delivery: '',
      sourceIp: '2001:db8::7',
      arrivedAt: at - 1000,
    });
  });

  it('holds the message as it came, with the ids by which its sender knows it', async () => {
    const bytes = composeComplaint(complaintOf());
    assert.ok(bytes.includes(`\r\n\r\n${message}\r\n--=_0123456789abcdef--`));
    const { attachments, text } = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
    assert.match(text ?? '', /苦情/);
    assert.ok(attachments.some(({ mimeType }) => mimeType === 'message/rfc822'));
  });

  it('says that it is 8-bit where it is, and sends only the header of what no way takes', () => {
    const eight = composeComplaint(complaintOf({ message: Buffer.from('Subject: x\r\n\r\n\xe9\r\n', 'latin1') }));
    assert.match(eight.toString('latin1'), /message\/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n/);
    for (const body of ['a\0b\r\n', `${'a'.repeat(1_000)}\r\n`, 'bare\nline']) {
      const part = composeComplaint(complaintOf({ message: Buffer.from(`Message-ID: <1@x>\r\n\r\n${body}`) }));
      assert.deepEqual(typesOf(part).slice(3), ['text/rfc822-headers']);
      assert.ok(!part.includes(body));
    }
  });

  it('tells the null return path from one that is not known', () => {
    assert.match(composeComplaint(complaintOf({ mailFrom: null })).toString(), /\r\nOriginal-Mail-From: <>\r\n/);
    assert.doesNotMatch(composeComplaint(complaintOf({ mailFrom: undefined })).toString(), /Original-Mail-From/);
  });

  it('names the address where no domain is proven', () => {
    const text = composeComplaint(complaintOf({ domain: '' })).toString();
    assert.match(text, /^Subject: Complaint about a message of 2001:db8::7\r$/m);
    assert.doesNotMatch(text, /Reported-Domain/);
  });

  it('keeps to lines of its own whatever strangers wrote', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('\r', '\n', ' ', 'X-Evil: 1', '--=_0123456789abcdef', '>', 'あ'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(nasty, nasty, nasty, (mailFrom, results, domain) => {
        const bytes = composeComplaint(complaintOf({ mailFrom, results, domain }));
        assert.doesNotMatch(bytes.toString(), /^(?:X-Evil|--=_0123456789abcdef[^-\r])/m);
        assert.deepEqual(typesOf(bytes).slice(0, 4), [
          'multipart/report',
          'text/plain',
          'message/feedback-report',
          'message/rfc822',
        ]);
      }),
    );
  });
});
