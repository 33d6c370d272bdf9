// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import attachmentNames from './attachment-names.ts';

const letter = (name: string) =>
  [
    'From: alice@example.org',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'Hello',
    '--b',
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    '',
    'x',
    '--b--',
    '',
  ].join('\n');
const having = (name: string, settings = {}) => symbols(attachmentNames, letter(name), { settings });

describe('attachment names', () => {
  it('is content with documents', async () => {
    for (const name of ['report.pdf', 'data.tar.gz', 'photo.jpg', 'README', 'v1.2.3', 'command.txt'])
      deepEqual(await having(name), [], name);
  });

  it('names a program', async () => {
    deepEqual(await ask(attachmentNames, letter('Setup.EXE')), [
      'ATTACHMENT_PROGRAM: An attachment is a program (Setup.EXE).',
    ]);
    deepEqual(await having('invoice.js'), ['ATTACHMENT_PROGRAM']);
  });

  it('sees a program dressed as a document, also behind many spaces or dots', async () => {
    for (const name of ['invoice.pdf.exe', 'photo.jpg                .scr', 'a.doc.lnk...'])
      deepEqual(await having(name), ['ATTACHMENT_DOUBLE_EXTENSION'], name);
  });

  it('sees a name that reads backwards, and does not repeat the trick', async () => {
    deepEqual(await ask(attachmentNames, letter('invoice\u202efdp.exe')), [
      'ATTACHMENT_PROGRAM: An attachment is a program (invoice?fdp.exe).',
      'ATTACHMENT_BACKWARDS: The name of an attachment turns the direction of writing to hide what it is.',
    ]);
  });

  it('notes a web page', async () => {
    deepEqual(await having('payment.html'), ['ATTACHMENT_PAGE']);
  });

  it('lets the operator say what a program is', async () => {
    deepEqual(await having('tool.exe', { programs: ['xyz'] }), []);
    deepEqual(await having('tool.xyz', { programs: ['xyz'] }), ['ATTACHMENT_PROGRAM']);
  });
});
