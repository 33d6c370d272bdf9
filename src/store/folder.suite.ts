// SPDX-License-Identifier: Apache-2.0
/** Two handles on one file, as the suites of stores want them: each with a storage thread's writer of its own, as two processes have. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestClock } from '../core/clock.ts';
import { inlineWriter } from './thread/writer.ts';
import type { Writer } from './thread/writer.ts';

/** Opens two with writers of their own in a folder that goes when they are closed. */
export async function twoOf<S extends { close(): Promise<void> }>(
  open: (folder: string, writer: Writer) => Promise<S>,
  makeWriter: () => Writer = () => inlineWriter(new TestClock()),
): Promise<{ readonly store: S; readonly second: S; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-store-'));
  const writers = [makeWriter(), makeWriter()] as const;
  const store = await open(folder, writers[0]);
  const second = await open(folder, writers[1]);
  return {
    store,
    second,
    async close() {
      for (const one of [store, second, ...writers]) await one.close();
      await rm(folder, { recursive: true });
    },
  };
}
