// SPDX-License-Identifier: Apache-2.0
/** Feedback report — the machine-readable part of a report about one message (RFC 5965; failures of authentication RFC 6591, RFC 9991). Never throws. */
import { normaliseIp } from '../../core/ip.ts';
import { toALabels } from '../../core/domain.ts';

export interface FeedbackReport {
  /** `abuse`, `auth-failure`, … in lower case. */
  readonly type: string;
  /** The domain that was reported on, as A-labels; empty if none is named. */
  readonly domain: string;
  /** `dmarc`, `dkim`, `spf`, `bodyhash`, …; of auth-failure. */
  readonly failure: string;
  /** What the receiver did: `delivered`, `spam`, `policy`, `reject`, `other`. */
  readonly delivery: string;
  readonly sourceIp: string | undefined;
  readonly arrivedAt: number | undefined;
}

const fieldsAtMost = 200;

/** Undefined for what is no feedback report. */
export function readFeedbackReport(text: string): FeedbackReport | undefined {
  const fields = new Map<string, string>();
  for (const line of text
    .slice(0, 65_536)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/, fieldsAtMost)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !fields.has(name))
      fields.set(
        name,
        line
          .slice(colon + 1)
          .trim()
          .slice(0, 500),
      );
  }
  const word = (name: string) => (fields.get(name) ?? '').toLowerCase();
  const type = word('feedback-type');
  if (type === '') return undefined;
  const arrived = Date.parse(fields.get('arrival-date') ?? '');
  return {
    type,
    domain: toALabels(
      word('reported-domain') ||
        word('dkim-domain') ||
        (word('original-mail-from').split('@')[1] ?? '').replace(/>$/, ''),
    ),
    failure: word('auth-failure'),
    delivery: word('delivery-result'),
    sourceIp: normaliseIp(fields.get('source-ip') ?? ''),
    arrivedAt: Number.isFinite(arrived) ? arrived : undefined,
  };
}
