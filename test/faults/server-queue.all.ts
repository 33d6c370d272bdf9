// SPDX-License-Identifier: Apache-2.0
/** The calls by which a message comes into the queue, made to fail; and the order of syncs and answers. */
import { describe } from 'node:test';
import { holdAgainstTrace, strike } from './server.ts';

describe('the server when the queue cannot write', () => {
  strike(['pwritev', 'fsync', 'fdatasync']);
  holdAgainstTrace();
});
