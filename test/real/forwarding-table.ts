// SPDX-License-Identifier: Apache-2.0
/**
 * Forwarding table — what becomes of a message that was passed on, written down before it was measured: for each way of passing it on,
 * what its author's domain proved it by, and what that domain's DMARC record asks for. `accept`, `quarantine` or `reject` is what a
 * receiver does that follows the record.
 *
 * - `alias`: sent on with the return path it had. SPF fails at the next hop, DKIM holds.
 * - `srs`: the return path is ours. SPF passes for us, which is not the author's domain; DKIM holds.
 * - `resent`: as it came, with Resent-From and SUBMITTER. That is Sender ID's to believe; DMARC does not know it. DKIM holds.
 * - `listTrusted`: a list wrote below the text, which breaks DKIM, and sealed what it had seen (ARC); the receiver trusts it.
 * - `listUntrusted`: the same list; the receiver does not.
 */
export type Way = 'alias' | 'srs' | 'resent' | 'listTrusted' | 'listUntrusted';
export type ProvenBy = 'spf' | 'dkim' | 'both';
export type Asks = 'none' | 'quarantine' | 'reject';
export type Becomes = 'accept' | 'quarantine' | 'reject';

type Row = Readonly<Record<Asks, Becomes>>;

const holds: Row = { none: 'accept', quarantine: 'accept', reject: 'accept' };
const breaks: Row = { none: 'accept', quarantine: 'quarantine', reject: 'reject' };

export const forwardingTable: Readonly<Record<Way, Readonly<Record<ProvenBy, Row>>>> = {
  alias: { spf: breaks, dkim: holds, both: holds },
  srs: { spf: breaks, dkim: holds, both: holds },
  resent: { spf: breaks, dkim: holds, both: holds },
  listTrusted: { spf: holds, dkim: holds, both: holds },
  listUntrusted: { spf: breaks, dkim: breaks, both: breaks },
};
