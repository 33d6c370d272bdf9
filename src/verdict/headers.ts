// SPDX-License-Identifier: Apache-2.0
/** Headers — the verdict as header fields: the X-Spam-* that users of SpamAssassin and Rspamd have rules for. ASCII, lines folded. */
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** The names written here; a stranger's copies of them are taken out, since people's own filters believe them. */
export const verdictFieldNames = [
  'x-spam-flag',
  'x-spam-score',
  'x-spam-level',
  'x-spam-status',
  'x-spam-action',
  'x-spam-kind',
  'x-sekisho-id',
] as const;

export function verdictHeaders(verdict: Verdict, policy: Policy, attemptId: string): string {
  const isSpam = verdict.score >= policy.markAt || verdict.action !== 'accept';
  const tests = verdict.reasons.map(reason => `${reason.symbol}=${reason.points}`);
  return [
    ...(isSpam ? ['X-Spam-Flag: YES'] : []),
    `X-Spam-Score: ${verdict.score}`,
    ...(verdict.score >= 1 ? [`X-Spam-Level: ${'*'.repeat(Math.min(50, Math.floor(verdict.score)))}`] : []),
    foldList(`X-Spam-Status: ${isSpam ? 'Yes' : 'No'}, score=${verdict.score} required=${policy.markAt}`, tests),
    `X-Spam-Action: ${verdict.action}`,
    ...(isSpam && verdict.mailKind !== undefined ? [`X-Spam-Kind: ${verdict.mailKind}`] : []),
    `X-Sekisho-Id: ${attemptId}`,
    '',
  ].join('\r\n');
}

function foldList(start: string, tests: readonly string[]): string {
  const lines = [start];
  let line = '\ttests=[';
  tests.forEach((test, i) => {
    const item = i < tests.length - 1 ? `${test},` : test;
    if (line.length + item.length > 76 && line.trim() !== 'tests=[') {
      lines.push(line);
      line = '\t';
    }
    line += line === '\t' || line === '\ttests=[' ? item : ` ${item}`;
  });
  return [...lines, `${line}]`].join('\r\n');
}
