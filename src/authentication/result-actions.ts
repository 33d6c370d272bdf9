// SPDX-License-Identifier: Apache-2.0
/** Result actions — what the operator wants of each result of an authentication: an option of its check. */
import { z } from 'zod';
import type { Finding } from '../check/check.ts';

const resultActions = ['none', 'weigh', 'mark', 'quarantine', 'defer', 'reject'] as const;
export type ResultAction = (typeof resultActions)[number];

export function resultAction(initial: ResultAction, when: string) {
  return z
    .enum(resultActions)
    .default(initial)
    .meta({
      description: `${when}: none (not even listed), weigh (its points count), or beyond its points mark, quarantine, defer or reject.`,
    });
}

/** The finding as the option wants it. */
export function acted(action: ResultAction, finding: Finding): readonly Finding[] {
  switch (action) {
    case 'none':
      return [];
    case 'weigh':
      return [finding];
    case 'mark':
    case 'quarantine':
    case 'defer':
    case 'reject':
      return [{ ...finding, action }];
  }
}
