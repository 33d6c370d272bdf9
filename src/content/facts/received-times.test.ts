// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { parseMessage } from '../../wire/mime/parse.ts';
import receivedTimes from './received-times.ts';

it('reads the time of each hop, newest first, up to sixteen', () => {
  const signal = new AbortController().signal;
  const read = (header: string) =>
    receivedTimes.read({ mime: parseMessage(Buffer.from(`${header}\r\nHello\r\n`)) } as never, signal);
  deepEqual(
    read(
      'Received: from a by b; Thu, 1 Jan 1970 00:00:01 +0000\r\nReceived: by c\r\nReceived: by d; soon\r\nReceived: by e;\r\n\tThu, 1 Jan 1970 09:00:00 +0900\r\n',
    ),
    [1_000, undefined, undefined, 0],
  );
  deepEqual(read('Received: by a; Thu, 1 Jan 1970 00:00:01 +0000\r\n'.repeat(20)), Array(16).fill(1_000));
  deepEqual(read('Subject: none\r\n'), []);
});
