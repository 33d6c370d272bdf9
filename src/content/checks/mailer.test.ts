// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import mailer from './mailer.ts';

const having = (header: string) => symbols(mailer, `From: alice@example.org\n${header}\nHello\n`);
const express = 'X-Mailer: Microsoft Outlook Express 6.00.2900\n';
const mimeOle = 'X-MimeOLE: Produced By Microsoft MimeOLE V6.00\n';

describe('mailer', () => {
  it('is content with programs that leave all their marks, and with those it does not know', async () => {
    deepEqual(await having(`${express}${mimeOle}X-MSMail-Priority: Normal\n`), []);
    deepEqual(await having('X-Mailer: Apple Mail (2.3)\n'), []);
    deepEqual(await having('User-Agent: Mutt/2.2\n'), []);
  });

  it('sees a name without the marks', async () => {
    deepEqual(await having(express), ['MAILER_CONTRADICTS']);
  });

  it('sees marks that do not come alone', async () => {
    deepEqual(await having('X-MSMail-Priority: High\n'), ['MAILER_PARTIAL']);
  });

  it('sees a Message-ID made to look like that of another program', async () => {
    const id = 'Message-ID: <000a01c1a2b3$c4d5e6f0$0100a8c0@host>\n';
    deepEqual(await having(id), ['MAILER_ID_BORROWED']);
    deepEqual(await having(`${id}X-Mailer: Microsoft Outlook 16.0\n`), []);
    deepEqual(await having(`${id}List-Id: <l.example.org>\n`), []);
  });

  it('counts the names', async () => {
    deepEqual(await having('X-Mailer: A\nX-Mailer: B\n'), ['MAILER_SEVERAL']);
  });

  it('does not expect lists to keep every mark', async () => {
    deepEqual(await having(`${express}List-Id: <l.example.org>\n`), []);
  });
});
