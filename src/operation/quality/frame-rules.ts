// SPDX-License-Identifier: Apache-2.0
/** Frame rules — what says which mail is asked about here: a secret that is drawn once, where mail is marked, and which domains are ours. */
import { randomBytes } from 'node:crypto';
import type { DirectoryStore } from '../../store/directory/contract.ts';
import type { StateStore } from '../../store/state/contract.ts';
import type { FrameRules } from './frame.ts';

const secretMs = 3_650 * 86_400_000;

export interface FrameRulesParts {
  readonly directory: Pick<DirectoryStore, 'domains'>;
  readonly state: Pick<StateStore, 'settle'>;
  readonly markAt: number;
}

export async function frameRules({ directory, state, markAt }: FrameRulesParts, now: number): Promise<FrameRules> {
  return {
    secret: await state.settle('quality secret', randomBytes(16).toString('hex'), secretMs, now),
    markAt,
    isHere: name => directory.domains().some(domain => domain.name === name),
  };
}
