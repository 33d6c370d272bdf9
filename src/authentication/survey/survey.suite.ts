// SPDX-License-Identifier: Apache-2.0
/** Survey suite — a good domain for tests, and what a survey of it finds. */
import assert from 'node:assert/strict';
import type { DomainSurvey, SurveyMethod } from '../../core/domain-survey.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { surveyDomain } from './survey.ts';

export const site: Zone = {
  'example.jp': { MX: '10 mx.example.jp', TXT: 'v=spf1 mx -all' },
  'mx.example.jp': { A: '192.0.2.1', AAAA: '2001:db8::1' },
  '_dmarc.example.jp': { TXT: 'v=DMARC1; p=reject; rua=mailto:r@example.jp' },
  '_smtp._tls.example.jp': { TXT: 'v=TLSRPTv1; rua=mailto:t@example.jp' },
};

export async function survey(
  zone: Zone,
  more: { selectors?: string[]; own?: [string, string][]; vouchers?: string[] } = {},
) {
  const { selectors = [], own = [], vouchers = [] } = more;
  const dns = zoneDns(zone);
  return surveyDomain({ domain: 'example.jp', selectors, ownKeys: new Map(own), vouchers, dns });
}
export function partOf({ parts }: DomainSurvey, method: SurveyMethod) {
  const part = parts.find(one => one.method === method);
  assert.ok(part, method);
  return part;
}
/** Codes with their gravity, those that are fine left out. */
export const badIn = (found: DomainSurvey, method: SurveyMethod) =>
  partOf(found, method).remarks.flatMap(({ code, gravity }) => (gravity === 'fine' ? [] : [`${gravity} ${code}`]));
export const publishIn = (found: DomainSurvey, method: SurveyMethod) =>
  partOf(found, method).publish.map(({ name, text }) => `${name} ${text}`);
