// SPDX-License-Identifier: Apache-2.0
/** Outcome — what became of one try for one recipient. */
import { describeFault, Fault, type FaultCode } from '../core/faults.ts';

/** Why a message is not delivered, or not yet: what records, bounces and the queue tell. */
export interface Trouble {
  /** Enhanced status code (RFC 3463), class 4 or 5. */
  readonly status: string;
  /** In a sentence for people; no path and no name of ours. */
  readonly says: string;
  /** The server that said so. */
  readonly remote?: string;
  /** What it said, in one line of printable ASCII. */
  readonly reply?: string;
  /** For the queue's list and the record, not for strangers. */
  readonly detail?: string;
  /** The destination itself is in trouble, not this message: others for it need not be tried now. */
  readonly isUnreachable?: boolean;
}

export type Outcome =
  | { readonly kind: 'delivered'; readonly where: string; readonly reply: string }
  | { readonly kind: 'quarantined'; readonly id: string; readonly says: string }
  | { readonly kind: 'deferred'; readonly trouble: Trouble }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

/** Called once for each recipient of a job, as soon as its outcome is known; resolves when that is durable. */
export type Tell = (recipientIndex: number, outcome: Outcome) => Promise<void>;

export function deferred(status: string, says: string, more: Partial<Trouble> = {}): Outcome {
  return { kind: 'deferred', trouble: { status, says, ...more } };
}

export function failed(status: string, says: string, more: Partial<Trouble> = {}): Outcome {
  return { kind: 'failed', trouble: { status, says, ...more } };
}

/** In one line, fit for strangers. */
export function describeTrouble({ status, says, remote, reply }: Trouble): string {
  if (reply !== undefined) return `${remote ?? 'next hop'} said: ${reply}`;
  return remote === undefined ? `${status} ${says}` : `${status} ${says} (${remote})`;
}

/** In one line, with what only the operator may see. */
export function explainTrouble(trouble: Trouble): string {
  return trouble.detail === undefined ? describeTrouble(trouble) : `${describeTrouble(trouble)} [${trouble.detail}]`;
}

/** What was thrown while we delivered: never a reason to give a message up. */
export function troubleOf(error: unknown, remote?: string): Trouble {
  const more = { detail: describeFault(error), ...(remote === undefined ? {} : { remote }) };
  if (!(error instanceof Fault)) return { status: '4.3.0', says: 'Delivery met a fault here.', ...more };
  return { status: statusOf(error.code), says: error.message, ...more };
}

function statusOf(code: FaultCode): string {
  switch (code) {
    case 'peer-closed':
    case 'peer-slow':
    case 'peer-nonsense':
      return '4.4.2';
    case 'cancelled':
      return '4.3.2';
    case 'disk-full':
      return '4.3.1';
    case 'dns-unavailable':
      return '4.4.3';
    case 'store-unreachable':
    case 'store-broken':
    case 'store-newer':
    case 'data-folder-taken':
    case 'line-too-long':
    case 'bad-proxy-header':
    case 'bad-configuration':
    case 'bad-input':
    case 'worker-lost':
      return '4.3.0';
  }
}
