// SPDX-License-Identifier: Apache-2.0
/** Taught kinds — how much speaks for each kind of mail, as people here taught them; empty where they taught none. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Kind } from '../../core/kinds.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly taughtKinds: Measured<'message', ReadonlyMap<Kind, number>>;
  }
}

export default defineFact({
  name: 'taughtKinds',
  scope: 'message',
  summary: { en: 'What kind of mail it is, as people taught kinds.', ja: '教えられた種類から見た、メールの種類。' },
  needs: ['mime', 'filter'],
  deadlineMs: 5_000,
  read: ({ mime, filter }) => filter.kinds(mime),
  record: kinds => Object.fromEntries([...kinds].map(([kind, weight]) => [kind, Math.round(weight * 100) / 100])),
});
