// SPDX-License-Identifier: Apache-2.0
/** CFBL — the header fields in which a sender names where complaints go (RFC 9477 6). Never throws; linear. */
import type { Address } from '../../core/address.ts';
import { parseMailbox } from '../smtp/path.ts';

export interface CfblAddress {
  readonly address: Address;
  /** The form that is asked for; ARF must always be taken (RFC 9477 3.4). */
  readonly format: 'arf' | 'xarf';
}

const longestField = 1_000;

/** Undefined for what is no `CFBL-Address`; `value` is unfolded. */
export function readCfblAddress(value: string): CfblAddress | undefined {
  if (value.length > longestField) return undefined;
  const [, written = '', format = 'arf'] = /^\s*([^\s;()<>,]+)\s*(?:;\s*report=(arf|xarf)\s*)?;?\s*$/.exec(value) ?? [];
  const address = parseMailbox(written);
  return address && !address.domain.startsWith('[')
    ? { address, format: format === 'xarf' ? 'xarf' : 'arf' }
    : undefined;
}

/** The value of `CFBL-Feedback-ID` without the white space and comments in it; undefined where other signs stand there. */
export function readFeedbackId(value: string): string | undefined {
  if (value.length > longestField) return undefined;
  const bare = value.replace(/\([^()]*\)/g, '').replace(/\s+/g, '');
  return /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~:]+$/.test(bare) ? bare : undefined;
}
