// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import trace from './trace.ts';

const hop = (time: string, from = 'from a.example.org ([192.0.2.1])') =>
  `Received: ${from} by b.example.org with ESMTP id 1; Mon, 5 Jan 2026 ${time} +0000\n`;
const letter = (...hops: readonly string[]) => `${hops.join('')}From: alice@example.org\n\nHello\n`;

describe('trace', () => {
  it('is content with a way that goes forward, and with none', async () => {
    deepEqual(await symbols(trace, letter(hop('12:00:00'), hop('11:59:00'), hop('11:00:00'))), []);
    deepEqual(await symbols(trace, letter()), []);
  });

  it('tolerates clocks that are off by six hours', async () => {
    deepEqual(await symbols(trace, letter(hop('06:00:00'), hop('12:00:00'))), []);
    deepEqual(await ask(trace, letter(hop('05:59:59'), hop('12:00:00'))), [
      'TRACE_BACKWARDS: A hop says it had the message 6 h before the hop before it.',
    ]);
  });

  it('counts the hops', async () => {
    const hops = (count: number) => Array.from({ length: count }, () => hop('12:00:00'));
    deepEqual(await symbols(trace, letter(...hops(15))), []);
    deepEqual(await symbols(trace, letter(...hops(16))), ['TRACE_MANY']);
    deepEqual(await symbols(trace, letter(...hops(6)), { settings: { many: 5 } }), ['TRACE_MANY']);
  });

  it('sees a client that called itself by a bare address', async () => {
    deepEqual(await symbols(trace, letter(hop('12:00:00', 'from 198.51.100.1 (unknown [198.51.100.1])'))), [
      'TRACE_BARE_ADDRESS',
    ]);
    deepEqual(await symbols(trace, letter(hop('12:00:00', 'from [198.51.100.1] ([198.51.100.1])'))), []);
  });
});
