// SPDX-License-Identifier: Apache-2.0
/** Match — which entries of the quarantine a question means. */
import { formatAddress, formatPath, showAddress } from '../../core/address.ts';
import type { QuarantineEntry, QuarantineQuery } from './contract.ts';

/** A test for all of a query but its paging and limit. */
export function quarantineMatcher({
  recipient,
  text,
  includesReleased,
}: QuarantineQuery): (entry: QuarantineEntry) => boolean {
  const address = recipient?.toLowerCase();
  const part = text?.toLowerCase();
  return entry => {
    if (entry.isReleased && !includesReleased) return false;
    if (address !== undefined && !recipientsOf(entry).includes(address)) return false;
    return part === undefined || part === '' || wordsOf(entry).toLowerCase().includes(part);
  };
}

function recipientsOf({ recipient, original }: QuarantineEntry): readonly string[] {
  return [recipient, original]
    .flatMap(address => [formatAddress(address), showAddress(address)])
    .map(one => one.toLowerCase());
}

function wordsOf(entry: QuarantineEntry): string {
  // A line each: no match goes from one into the next.
  return [entry.id, entry.from, entry.subject, formatPath(entry.sender.address), ...recipientsOf(entry)].join('\n');
}
