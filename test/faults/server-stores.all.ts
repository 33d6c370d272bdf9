// SPDX-License-Identifier: Apache-2.0
/** The calls of Maildirs and of the other stores, made to fail; `write` is also the runtime's own, which may die of it as of a kill. */
import { describe } from 'node:test';
import { strike } from './server.ts';

describe('the server when its stores and mailboxes cannot write', () =>
  strike(['write', 'pwrite64', 'link', 'rename']));
