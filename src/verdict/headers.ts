// SPDX-License-Identifier: Apache-2.0
/** Headers — the verdict as header fields: the X-Spam-* that users of SpamAssassin and Rspamd have rules for. ASCII, lines folded. */
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** The names written here; a stranger's copies of them are taken out, since people's own filters believe them. */
export const verdictFieldNames = [
  'x-spam-flag',
  'x-spam-score',
  'x-spam-probability',
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
    ...(verdict.probability === undefined ? [] : [`X-Spam-Probability: ${verdict.probability}`]),
    foldList(
      `X-Spam-Status: ${isSpam ? 'Yes' : 'No'}, score=${verdict.score} required=${Number.isFinite(policy.markAt) ? policy.markAt : 'never'}`,
      ['tests', tests],
      ...sharesOf(verdict),
    ),
    `X-Spam-Action: ${verdict.action}`,
    ...(isSpam && verdict.mailKind !== undefined ? [`X-Spam-Kind: ${verdict.mailKind}`] : []),
    `X-Sekisho-Id: ${attemptId}`,
    '',
  ].join('\r\n');
}

/** How much of a symbol counted, where points alone do not say it: what is learned from mail is how much of each was there. Those not named were there whole. */
function sharesOf({ reasons }: Verdict): readonly List[] {
  const isNeeded = reasons.some(({ share, learned }) => share !== undefined || learned !== undefined);
  const parts = reasons.flatMap(({ symbol, share }) =>
    share === undefined ? [] : [`${symbol}=${Math.round(share * 1_000) / 1_000}`],
  );
  return isNeeded ? [['shares', parts]] : [];
}

type List = readonly [name: string, items: readonly string[]];

function foldList(start: string, ...lists: readonly List[]): string {
  const lines = [start];
  for (const [name, items] of lists) {
    let line = `\t${name}=[`;
    items.forEach((one, i) => {
      const item = i < items.length - 1 ? `${one},` : one;
      if (line.length + item.length > 76 && line.trim() !== `${name}=[`) {
        lines.push(line);
        line = '\t';
      }
      line += line === '\t' || line === `\t${name}=[` ? item : ` ${item}`;
    });
    lines.push(`${line}]`);
  }
  return lines.join('\r\n');
}
