// SPDX-License-Identifier: Apache-2.0
/** Responsible — who answers for a message, and where to complain about it: the best that it proves, and an address that it names only if they signed it (RFC 9477 3). Pure. */
import { formatAddress } from '../core/address.ts';
import { isWithin } from '../core/domain.ts';
import { organisationOf } from '../core/organisation.ts';
import type { Complain, Proof, Responsible } from '../core/responsible.ts';
import { readCfblAddress, readFeedbackId } from '../wire/arf/cfbl.ts';
import { earnsCredit, type DkimResult } from './dkim-result.ts';
import { provenDomain, type SpfResult } from './spf.ts';

export interface Evidence {
  readonly ip: string;
  /** The one domain of From; undefined where there is none, or several. */
  readonly author: string | undefined;
  readonly dkim: readonly DkimResult[];
  /** The signature that speaks for the author, by DMARC. */
  readonly aligned: string | undefined;
  readonly spf: SpfResult;
  readonly heloSpf: SpfResult;
  /** Values of all `CFBL-Address` fields, and of all `CFBL-Feedback-ID` fields, the topmost first. */
  readonly addresses: readonly string[];
  readonly feedbackIds: readonly string[];
}

export function findResponsible(evidence: Evidence): Responsible {
  const { proof, domain } = bestProof(evidence);
  const { ip } = evidence;
  if (domain === '') return { proof, domain, ip, complain: { kind: 'network' } };
  const named = namedAddress(evidence);
  const complain: Complain =
    typeof named === 'object'
      ? named
      : { kind: 'abuse', address: `abuse@${organisationOf(domain)}`, ...(named === undefined ? {} : { why: named }) };
  return { proof, domain, ip, complain };
}

function bestProof({ dkim, aligned, spf, heloSpf, author }: Evidence): {
  readonly proof: Proof;
  readonly domain: string;
} {
  const signers = dkim.filter(earnsCredit).map(({ domain }) => domain);
  const own = signers.find(domain => domain === aligned) ?? signers.find(domain => domain === author);
  if (own !== undefined) return { proof: 'author-signature', domain: own };
  const [signer] = signers;
  if (signer !== undefined) return { proof: 'signature', domain: signer };
  const path = spf.identity === 'mailfrom' ? provenDomain(spf) : undefined;
  if (path !== undefined) return { proof: 'return-path', domain: path };
  const greeting = provenDomain(heloSpf);
  return greeting === undefined ? { proof: 'nothing', domain: '' } : { proof: 'greeting', domain: greeting };
}

/**
 * The address that the message names, or why it may not be used; undefined where it names none. The first that can be read counts (RFC 9477 3.2),
 * and it must be signed: by From's domain, and by its own domain where that is another's. A second field that nobody signed could stand before
 * the one that was, so a signature must cover as many as there are.
 */
function namedAddress({
  addresses,
  feedbackIds,
  dkim,
  author,
}: Evidence): Complain | 'unsigned' | 'unreadable' | undefined {
  if (addresses.length === 0) return undefined;
  const read = addresses.map(readCfblAddress).find(one => one !== undefined);
  if (!read || author === undefined) return 'unreadable';
  const { address, format } = read;
  const valid = dkim.filter(earnsCredit);
  const covers = ({ signedFields }: DkimResult): boolean =>
    countIn(signedFields, 'cfbl-address') >= addresses.length &&
    countIn(signedFields, 'cfbl-feedback-id') >= feedbackIds.length;
  const ofAuthor = valid.filter(({ domain }) => isWithin(author, domain));
  const ofAddress = valid.filter(({ domain }) => domain === address.domain || isWithin(address.domain, domain));
  // Strict and relaxed: the address lies in From's domain, and that domain signs it. Else both sign, and the address's own domain signs it.
  const isSigned = isWithin(address.domain, author)
    ? ofAuthor.some(covers)
    : ofAuthor.length > 0 && ofAddress.some(covers);
  if (!isSigned) return 'unsigned';
  const feedbackId = feedbackIds.length === 1 ? readFeedbackId(feedbackIds[0] ?? '') : undefined;
  return {
    kind: 'named',
    address: formatAddress(address),
    format,
    ...(feedbackId === undefined ? {} : { feedbackId: feedbackId.slice(0, longestId) }),
  };
}

/** The whole has 2 kB in the record. */
const longestId = 250;

function countIn(names: readonly string[], wanted: string): number {
  return names.filter(name => name === wanted).length;
}
