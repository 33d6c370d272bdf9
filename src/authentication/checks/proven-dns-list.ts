// SPDX-License-Identifier: Apache-2.0
/** Proven DNS list — accreditation by lists in DNS: a proven domain that a white list knows earns credit, one that a black list knows weighs. */
import { z } from 'zod';
import { defineCatalogueCheck } from '../../check/check.ts';
import { findingsOf, isAsked, symbolsOfLists } from '../../check/dns-list-findings.ts';

export default defineCatalogueCheck({
  name: 'proven-dns-list',
  stage: 'message',
  summary: {
    en: 'Looks what lists in DNS say of the domains that were proven.',
    ja: '証明されたドメインが DNS のリストにあるかを調べる。',
  },
  needs: ['provenDnsLists'],
  config: z.strictObject({}),
  isIdle: (_, { dnsLists }) => !isAsked(dnsLists, 'proven'),
  catalogue: (_, services) => symbolsOfLists(services?.dnsLists?.specs ?? [], 'proven'),
  run: ({ provenDnsLists, found }) => findingsOf(provenDnsLists, 'proven', found),
});
